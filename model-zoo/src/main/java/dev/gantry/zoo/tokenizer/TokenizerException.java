package dev.gantry.zoo.tokenizer;

import java.io.IOException;

/// A tokenizer file that cannot be used; the message names the file, what is wrong with it and what to do.
public class TokenizerException extends IOException {
    private static final long serialVersionUID = 1L;

    public TokenizerException(String message) {
        super(message);
    }

    public TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
