package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.generate.Generator;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.plan.InferencePlan.Phase;

/// Predicts how long sweeps of decoding and prefill take: products read every weight once and multiply it with every
/// row, whichever takes longer.
///
/// @param threads that compute
record InferenceTimes(InferenceJob job, InferenceRates rates, int threads) {
    /// Share of the probed matmul rate that a whole sweep reaches, norms and attention included.
    private static final double SWEEP_EFFICIENCY = 0.75;

    /// One token of every sequence, in the middle of a usual answer.
    Phase decode(FrozenPlan plan) {
        int tokens = job.sequences();
        double keys = job.promptTokens() + job.newTokens() / 2.0;
        SweepMoves moved = SweepMoves.of(job.shapes(), plan, tokens, job.sequences());
        return new Phase(tokens, time(plan, tokens, keys, moved), moved);
    }

    /// A usual prompt of every sequence, in the pieces that the generator cuts it into.
    Phase prefill(FrozenPlan plan) {
        int tokens = job.sequences() * job.promptTokens();
        int pieces = Math.ceilDiv(tokens, Generator.pieceTokens(job.sequences(), job.capacity()));
        int rows = Math.ceilDiv(tokens, pieces);
        SweepMoves moved = SweepMoves.of(job.shapes(), plan, rows, job.sequences());
        SweepTime sweep = time(plan, rows, job.promptTokens() / 2.0, moved);
        return new Phase(tokens, sweep.times(pieces), moved.times(pieces));
    }

    private SweepTime time(FrozenPlan plan, int rows, double keys, SweepMoves moved) {
        double copied = (moved.hostBytes() + moved.diskBytes()) / rates.copyBytesPerSecond();
        double disk = moved.diskBytes() / rates.diskBytesPerSecond();
        double compute = Math.max(reading(keys), multiplying(rows, keys));
        boolean ahead = plan.lead() > 0 || plan.slots() == 0;
        return new SweepTime(compute + copied / threads, copied, disk, ahead);
    }

    /// Seconds for reading all weights, and the keys and values of all sequences.
    private double reading(double keys) {
        DecoderSpec spec = job.spec();
        double values = (double) spec.layers() * layerWeights(spec) + headWeights(spec);
        AttentionSpec attention = spec.attention();
        double cached = 2.0 * job.sequences() * keys * attention.kvWidth() * spec.layers();
        return (values + cached) * job.compute().dtype().bytes() / rates.readBytesPerSecond();
    }

    /// Seconds for two operations of each weight and row, and causal attention.
    private double multiplying(int rows, double keys) {
        DecoderSpec spec = job.spec();
        double products = 2.0 * rows * spec.layers() * layerWeights(spec) + 2.0 * job.sequences() * headWeights(spec);
        double attention = 4.0 * rows * keys * spec.attention().queryWidth() * spec.layers();
        return (products + attention) / (rates.flopsPerSecond() * SWEEP_EFFICIENCY);
    }

    private static double layerWeights(DecoderSpec spec) {
        double weights = 0;
        for (Module module : DecoderParameters.linearModules(spec)) {
            weights +=
                    (double) DecoderParameters.inputWidth(spec, module) * DecoderParameters.outputWidth(spec, module);
        }
        return weights;
    }

    private static double headWeights(DecoderSpec spec) {
        return (double) spec.vocabularySize() * spec.embeddingDim();
    }
}
