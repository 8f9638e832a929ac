package dev.gantry.zoo.tokenizer;

import dev.gantry.engine.GantryException;
import org.jspecify.annotations.Nullable;

/// A tokenizer file that cannot be used.
public class TokenizerException extends GantryException {
    private static final long serialVersionUID = 1L;

    /// @param why what is wrong, naming the file
    public TokenizerException(String why) {
        this(why, null);
    }

    /// @param why what is wrong, naming the file
    public TokenizerException(String why, @Nullable Throwable cause) {
        super(
                Kind.BAD_INPUT,
                "TOKENIZER-UNUSABLE",
                "cannot open the tokenizer",
                why,
                "Fetch the tokenizer's files again from where the model came from.",
                cause);
    }
}
