package dev.gantry.engine.generate;

/// How the next token is chosen from its logits.
///
/// Applied in this order, as transformers does: repetition penalty, temperature, top-k, top-p, min-p.
///
/// @param temperature divides the logits; 0 takes the likeliest token (greedy)
/// @param topK keep the k likeliest; 0 keeps all
/// @param topP keep the fewest tokens whose probabilities reach this sum (Holtzman et al. 2019); 1 keeps all
/// @param minP keep tokens at least this fraction as likely as the likeliest; 0 keeps all
/// @param repetitionPenalty divides positive and multiplies negative logits of tokens already there (Keskar et al.
///     2019); 1 for none
/// @param seed of the random choices; the same seed gives the same text
public record Sampling(float temperature, int topK, float topP, float minP, float repetitionPenalty, long seed) {
    /// Always the likeliest token.
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0);

    /// What a chat starts with.
    public static final Sampling CHAT = new Sampling(0.7f, 40, 0.95f, 0, 1.1f, 42);

    public Sampling {
        require(temperature >= 0 && Float.isFinite(temperature), "temperature must be 0 or more, not ", temperature);
        require(topK >= 0, "top-k must be 0 or more, not ", topK);
        require(topP > 0 && topP <= 1, "top-p must be above 0 and at most 1, not ", topP);
        require(minP >= 0 && minP < 1, "min-p must be at least 0 and below 1, not ", minP);
        require(repetitionPenalty > 0, "the repetition penalty must be above 0, not ", repetitionPenalty);
    }

    public boolean isGreedy() {
        return temperature == 0;
    }

    private static void require(boolean holds, String message, float value) {
        if (!holds) {
            throw new IllegalArgumentException(message + value);
        }
    }
}
