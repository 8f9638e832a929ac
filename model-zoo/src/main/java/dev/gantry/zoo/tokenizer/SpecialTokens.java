package dev.gantry.zoo.tokenizer;

import org.jspecify.annotations.Nullable;

/// The tokens with a meaning of their own, as the model's files declare them; null where a model has none.
///
/// @param addBos the model expects `bos` in front of every text
public record SpecialTokens(
        @Nullable Special bos,
        @Nullable Special eos,
        @Nullable Special pad,
        @Nullable Special unk,
        boolean addBos) {

    /// One special token: how it is written and its id.
    public record Special(String text, int id) {}
}
