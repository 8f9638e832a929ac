package dev.gantry.lora.data.tokens;

import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.tokenizer.Tokenizer;

/// What data preparation has to know of the model that will learn.
///
/// @param tokenizer stays with the caller
/// @param tokenizerFingerprint hash of the tokenizer's files, e.g. from {@link CacheKey#ofFiles}
/// @param maxTokens longest sequence the model can take
public record TargetModel(Tokenizer tokenizer, String tokenizerFingerprint, ChatTemplate template, int maxTokens) {}
