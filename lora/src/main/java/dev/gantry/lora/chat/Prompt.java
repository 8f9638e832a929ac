package dev.gantry.lora.chat;

/// A conversation as the tokens that a model reads.
///
/// @param leftOut messages at its beginning that found no room
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
public record Prompt(int[] ids, int leftOut) {}
