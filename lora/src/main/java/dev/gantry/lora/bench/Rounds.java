package dev.gantry.lora.bench;

import java.util.Arrays;
import java.util.function.LongSupplier;

/// Repeats of one measurement, and what a round did in matrix products.
final class Rounds {
    private final long[] nanos;
    private double fastestMatmulShare;
    private double fastestFlops;

    private Rounds(int count) {
        this.nanos = new long[count];
    }

    /// Runs `round` once to warm up and then `count` times; it returns its own duration in nanoseconds.
    static Rounds run(int count, TimedMatmul matmul, LongSupplier round) {
        Rounds rounds = new Rounds(count);
        long warmUp = round.getAsLong();
        if (warmUp < 0) {
            throw new IllegalStateException("a round took " + warmUp + " ns");
        }
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            matmul.reset();
            rounds.nanos[i] = Math.max(1, round.getAsLong());
            if (rounds.nanos[i] < fastest) {
                fastest = rounds.nanos[i];
                rounds.fastestMatmulShare = (double) matmul.nanos() / fastest;
                rounds.fastestFlops = matmul.flops();
            }
        }
        Arrays.sort(rounds.nanos);
        return rounds;
    }

    double medianSeconds() {
        return nanos[nanos.length / 2] / 1e9;
    }

    double bestSeconds() {
        return nanos[0] / 1e9;
    }

    double matmulShare() {
        return fastestMatmulShare;
    }

    double flops() {
        return fastestFlops;
    }
}
