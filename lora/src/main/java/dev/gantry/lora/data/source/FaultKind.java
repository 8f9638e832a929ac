package dev.gantry.lora.data.source;

/// What can be wrong with a row.
public enum FaultKind {
    BAD_JSON("bad JSON", Severity.UNUSABLE),
    BAD_TABLE("bad table row", Severity.UNUSABLE),
    BAD_ENCODING("not UTF-8 text", Severity.UNUSABLE),
    TOO_LARGE("row too large", Severity.UNUSABLE),
    BROKEN_FILE("file broken, rest not read", Severity.UNUSABLE),
    MISSING_FIELD("missing field", Severity.UNUSABLE),
    WRONG_TYPE("field of the wrong type", Severity.UNUSABLE),
    UNKNOWN_ROLE("unknown role", Severity.UNUSABLE),
    EMPTY_ANSWER("empty answer", Severity.UNUSABLE),
    EMPTY_TEXT("empty text", Severity.UNUSABLE),
    NO_ASSISTANT_TURN("no assistant turn", Severity.UNUSABLE),
    SAME_ANSWERS("chosen and rejected are equal", Severity.UNUSABLE),
    UNWANTED_ANSWER("answer marked as unwanted", Severity.UNUSABLE),
    TEMPLATE_REFUSED("refused by the chat template", Severity.UNUSABLE),
    REPEATED_ROLE("two same roles in a row", Severity.NOTICE),
    DUPLICATE("duplicate", Severity.NOTICE),
    ALL_MASKED("nothing to train on", Severity.LEFT_OUT),
    OVER_LONG("over-long", Severity.LEFT_OUT);

    private final String label;
    private final Severity severity;

    FaultKind(String label, Severity severity) {
        this.label = label;
        this.severity = severity;
    }

    /// Words for people.
    public String label() {
        return label;
    }

    public Severity severity() {
        return severity;
    }

    /// What a fault means for its row.
    public enum Severity {
        /// The row cannot be an example; a run stops here unless told to skip such rows.
        UNUSABLE,
        /// The row is used all the same.
        NOTICE,
        /// The row is a good example that the chosen length rule leaves out or shortens; never a reason to stop.
        LEFT_OUT
    }
}
