package dev.gantry.lora.data.example;

/// The layouts of rows that are known by name.
public enum DataFormat {
    ALPACA("alpaca", "instruction, input, output, system, history"),
    SHAREGPT("sharegpt", "conversations with from and value"),
    MESSAGES("messages", "messages with role and content"),
    PROMPT_COMPLETION("prompt-completion", "prompt, completion"),
    TEXT("text", "text"),
    PREFERENCE("preference", "prompt, chosen, rejected"),
    INSTANCES("self-instruct", "instruction, instances with input and output"),
    MESSAGE_TREE("message tree", "nested replies with text and role"),
    COLUMNS("columns", "columns named by the user or guessed from their names");

    private final String label;
    private final String fields;

    DataFormat(String label, String fields) {
        this.label = label;
        this.fields = fields;
    }

    public String label() {
        return label;
    }

    /// The fields that make a row of this format, for messages.
    public String fields() {
        return fields;
    }
}
