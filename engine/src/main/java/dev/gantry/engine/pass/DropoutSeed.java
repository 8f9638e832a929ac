package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.Module;

/// Names the dropout mask of every adapter of a step, so that a recompute or a resumed run draws the same one.
///
/// @param step seed of the optimizer step
/// @param microBatch index of the micro-batch in the step
/// @param mode whether dropout is applied at all
record DropoutSeed(long step, int microBatch, Mode mode) {
    static final DropoutSeed OFF = new DropoutSeed(0, 0, Mode.EVALUATING);

    /// Training drops, evaluation does not.
    enum Mode {
        TRAINING,
        EVALUATING
    }

    boolean drops(LowRank adapter) {
        return mode == Mode.TRAINING && adapter.dropout() > 0;
    }

    /// Mixes the place into the step's seed (SplitMix64, Steele, Lea, Flood 2014).
    long at(int layer, Module module) {
        long place = microBatch + 65_536L * (layer + 1_024L * module.name().hashCode());
        long z = step + 0x9E3779B97F4A7C15L * (1 + place);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
