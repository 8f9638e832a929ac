package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;

/// What a command's exit code means; documented in docs/cli.md and never renumbered.
public enum ExitCode {
    OK(0, "done"),
    FAILED_CHECK(1, "a check that was asked for did not hold"),
    USAGE(2, "the command or one of its options is written wrongly"),
    BAD_INPUT(3, "a file or folder is missing, damaged or of an unknown sort"),
    ENVIRONMENT(4, "the machine lacks something: memory, disk, a library, a lock"),
    DEFECT(70, "an error in Gantry itself"),
    CANCELLED(130, "stopped by Ctrl-C; finished work is kept");

    private final int value;
    private final String meaning;

    ExitCode(int value, String meaning) {
        this.value = value;
        this.meaning = meaning;
    }

    public int value() {
        return value;
    }

    public String meaning() {
        return meaning;
    }

    static ExitCode of(GantryException.Kind kind) {
        return switch (kind) {
            case FAILED_CHECK -> FAILED_CHECK;
            case USAGE -> USAGE;
            case BAD_INPUT -> BAD_INPUT;
            case ENVIRONMENT -> ENVIRONMENT;
            case CANCELLED -> CANCELLED;
        };
    }
}
