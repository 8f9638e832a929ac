package dev.gantry.engine;

import org.jspecify.annotations.Nullable;

/// A failure that a person can act on: what happened, why, and what to do next, under a code one can search for.
///
/// Anything else that is thrown is a defect of the program and is shown as such. Every field is plain text for the
/// reader: it names the file, line or tensor, and never a class.
public class GantryException extends RuntimeException {
    /// What sort of failure this is; the command line turns it into its exit code.
    public enum Kind {
        /// Something was checked and found wrong: a conformance case, a reload check.
        FAILED_CHECK,
        /// The command or a setting was written wrongly.
        USAGE,
        /// A file or folder that was given is missing, damaged, hostile or of an unknown sort.
        BAD_INPUT,
        /// The machine lacks something: memory, disk, a library, a lock that another process holds.
        ENVIRONMENT,
        /// The user asked to stop.
        CANCELLED
    }

    private final Kind kind;
    private final String code;
    private final String what;
    private final String why;
    private final String nextStep;

    /// @param code stable and short, upper case with dashes, such as `MODEL-SHARD-MISSING`
    /// @param what what happened, such as `cannot import /models/tiny`
    /// @param why the reason, naming file, line or tensor
    /// @param nextStep what the reader can do about it
    public GantryException(
            Kind kind, String code, String what, String why, String nextStep, @Nullable Throwable cause) {
        super(what + ": " + why, cause);
        this.kind = kind;
        this.code = code;
        this.what = what;
        this.why = why;
        this.nextStep = nextStep;
    }

    /// A file or folder that was given cannot be used.
    public static GantryException badInput(String code, String what, String why, String nextStep) {
        return new GantryException(Kind.BAD_INPUT, code, what, why, nextStep, null);
    }

    /// The machine lacks something that the work needs.
    public static GantryException environment(String code, String what, String why, String nextStep) {
        return new GantryException(Kind.ENVIRONMENT, code, what, why, nextStep, null);
    }

    /// A command, option or setting is written wrongly.
    public static GantryException usage(String code, String what, String why, String nextStep) {
        return new GantryException(Kind.USAGE, code, what, why, nextStep, null);
    }

    /// A check that was asked for did not hold.
    public static GantryException failedCheck(String code, String what, String why, String nextStep) {
        return new GantryException(Kind.FAILED_CHECK, code, what, why, nextStep, null);
    }

    /// The user asked to stop; `nextStep` says what was kept and how to go on.
    public static GantryException cancelled(String what, String nextStep) {
        return new GantryException(Kind.CANCELLED, "CANCELLED", what, "it was asked to stop", nextStep, null);
    }

    /// The same failure with the exception that led to it, for `--debug` and the log.
    public GantryException causedBy(Throwable cause) {
        var copy = new GantryException(kind, code, what, why, nextStep, cause);
        copy.setStackTrace(getStackTrace());
        return copy;
    }

    public Kind kind() {
        return kind;
    }

    public String code() {
        return code;
    }

    public String what() {
        return what;
    }

    public String why() {
        return why;
    }

    public String nextStep() {
        return nextStep;
    }
}
