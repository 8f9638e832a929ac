package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.generate.Sampling;
import picocli.CommandLine.Option;

/// How answers are drawn.
final class SamplingOptions {
    private static final int MAX_NEW_TOKENS = 256;

    @Option(names = "--greedy", description = "always take the likeliest token")
    private boolean greedy;

    @Option(names = "--temperature", paramLabel = "T", description = "default ${DEFAULT-VALUE}; 0 is greedy")
    private float temperature = Sampling.CHAT.temperature();

    @Option(names = "--top-k", paramLabel = "K", description = "default ${DEFAULT-VALUE}; 0 keeps all")
    private int topK = Sampling.CHAT.topK();

    @Option(names = "--top-p", paramLabel = "P", description = "default ${DEFAULT-VALUE}; 1 keeps all")
    private float topP = Sampling.CHAT.topP();

    @Option(names = "--min-p", paramLabel = "P", description = "default ${DEFAULT-VALUE}; 0 keeps all")
    private float minP = Sampling.CHAT.minP();

    @Option(names = "--repetition-penalty", paramLabel = "R", description = "default ${DEFAULT-VALUE}; 1 is none")
    private float repetitionPenalty = Sampling.CHAT.repetitionPenalty();

    @Option(names = "--seed", paramLabel = "N", description = "of the random choices; default ${DEFAULT-VALUE}")
    private long seed = Sampling.CHAT.seed();

    @Option(names = "--max-new-tokens", paramLabel = "N", description = "default ${DEFAULT-VALUE}")
    private int maxNewTokens = MAX_NEW_TOKENS;

    Sampling sampling() {
        if (greedy) {
            return Sampling.GREEDY;
        }
        try {
            return new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
        } catch (IllegalArgumentException e) {
            throw GantryException.usage(
                    "SAMPLING-RANGE",
                    "cannot draw answers",
                    String.valueOf(e.getMessage()),
                    "see gantry chat --help for the defaults");
        }
    }

    int maxNewTokens() {
        if (maxNewTokens < 1) {
            throw GantryException.usage(
                    "SAMPLING-RANGE",
                    "cannot answer in " + maxNewTokens + " tokens",
                    "--max-new-tokens must be at least 1",
                    "leave it out for " + MAX_NEW_TOKENS);
        }
        return maxNewTokens;
    }
}
