package dev.gantry.app.chat;

import dev.gantry.engine.generate.Sampling;

/// How answers are drawn, as the user sets it.
///
/// @param maxNewTokens most tokens of an answer
/// @param fixedSeed whether every answer is drawn with `seed`; otherwise each has one of its own, kept with it
public record SamplingChoice(
        float temperature,
        int topK,
        float topP,
        float minP,
        float repetitionPenalty,
        int maxNewTokens,
        boolean fixedSeed,
        long seed) {
    private static final int USUAL_TOKENS = 512;

    public static final SamplingChoice USUAL = new SamplingChoice(
            Sampling.CHAT.temperature(),
            Sampling.CHAT.topK(),
            Sampling.CHAT.topP(),
            Sampling.CHAT.minP(),
            Sampling.CHAT.repetitionPenalty(),
            USUAL_TOKENS,
            false,
            Sampling.CHAT.seed());

    /// With a seed for one answer.
    public Sampling sampling(long forThisAnswer) {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, forThisAnswer);
    }
}
