package dev.gantry.lora.data.source;

import java.io.IOException;

/// Data cannot be used as asked; the message says what, where, why, and what to do.
public class DataException extends IOException {
    private static final long serialVersionUID = 1L;

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
