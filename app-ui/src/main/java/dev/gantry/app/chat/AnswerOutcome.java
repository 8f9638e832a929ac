package dev.gantry.app.chat;

import dev.gantry.engine.generate.Generator.Ending;

/// A finished answer.
///
/// @param readTokens tokens of the prompt that had to be read; the others were known from the answer before
/// @param tokensPerSecond of the tokens after the first, without the time that other answers took
public record AnswerOutcome(
        String text,
        Ending ending,
        int promptTokens,
        int readTokens,
        int newTokens,
        double tokensPerSecond,
        double firstTokenSeconds,
        int leftOut) {}
