package dev.gantry.lora.data.source;

import dev.gantry.engine.GantryException;
import org.jspecify.annotations.Nullable;

/// A data file cannot be used as asked.
public class DataException extends GantryException {
    private static final long serialVersionUID = 1L;

    /// @param code stable and short, beginning with `DATA-`
    public DataException(String code, String what, String why, String nextStep) {
        this(code, what, why, nextStep, null);
    }

    /// @param code stable and short, beginning with `DATA-`
    public DataException(String code, String what, String why, String nextStep, @Nullable Throwable cause) {
        super(Kind.BAD_INPUT, code, what, why, nextStep, cause);
    }
}
