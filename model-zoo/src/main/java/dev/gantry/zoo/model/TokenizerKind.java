package dev.gantry.zoo.model;

import java.nio.file.Files;
import java.nio.file.Path;

/// What sort of tokenizer lies in a model folder.
public enum TokenizerKind {
    NONE,
    /// `tokenizer.json`.
    TOKENIZER_JSON,
    /// `tokenizer.model`, sentencepiece.
    SENTENCEPIECE,
    /// `vocab.json` and `merges.txt`.
    VOCAB_AND_MERGES;

    public static TokenizerKind in(Path folder) {
        if (Files.isRegularFile(folder.resolve("tokenizer.json"))) {
            return TOKENIZER_JSON;
        }
        if (Files.isRegularFile(folder.resolve("vocab.json")) && Files.isRegularFile(folder.resolve("merges.txt"))) {
            return VOCAB_AND_MERGES;
        }
        return Files.isRegularFile(folder.resolve("tokenizer.model")) ? SENTENCEPIECE : NONE;
    }
}
