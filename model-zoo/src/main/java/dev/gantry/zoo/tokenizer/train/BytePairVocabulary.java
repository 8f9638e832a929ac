package dev.gantry.zoo.tokenizer.train;

import java.util.List;

/// A trained byte-level BPE vocabulary.
///
/// @param tokens every token by id, written in GPT-2's byte alphabet; special tokens come first, as they are
/// @param specialTokens the first tokens of `tokens`
/// @param merges pairs in the order they are applied
public record BytePairVocabulary(List<String> tokens, List<String> specialTokens, List<Merge> merges) {

    /// Two tokens that become one.
    public record Merge(String left, String right) {}

    /// Number of ids.
    public int size() {
        return tokens.size();
    }
}
