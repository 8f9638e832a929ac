package dev.gantry.app.chat;

import dev.gantry.engine.generate.Generator.Ending;
import org.jspecify.annotations.Nullable;

/// How an answer came about; with it, the same answer can be drawn again.
///
/// @param voice what the user calls who answered
/// @param adapter its folder, or null for the model alone
/// @param strength factor on what the adapter adds
/// @param ending why it ended
/// @param tokensPerSecond of the tokens after the first, without the time that other answers took
/// @param firstTokenSeconds from the question to the first token
/// @param seed of the random choices
/// @param leftOut messages at the beginning of the conversation that found no room
public record AnswerFacts(
        String voice,
        @Nullable String adapter,
        float strength,
        Ending ending,
        int promptTokens,
        int newTokens,
        double tokensPerSecond,
        double firstTokenSeconds,
        long seed,
        int leftOut) {}
