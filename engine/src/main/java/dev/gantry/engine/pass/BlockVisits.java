package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Map;

/// Visits of a pass to its blocks, one micro-batch at a time: what their forward leaves for their backward, and the
/// temporaries of both.
final class BlockVisits {
    private final LayerPass layer;
    private final LayerScratch scratch;
    private final BlockSpan span;
    private final LayerActivations[][] activations; // [block of the span][microBatch]; shared when nothing is kept

    BlockVisits(Backend backend, ModelWeights weights, TrainingPass.Plan plan, BlockSpan span, TensorArena arena) {
        DecoderSpec spec = weights.spec();
        ComputeType compute = weights.computeType();
        int tokens = plan.maxTokens();
        RotaryPass rotary = spec.position() instanceof PositionSpec.Rotary r
                ? new RotaryPass(backend.rotary(), r, tokens, arena)
                : null;
        this.layer = new LayerPass(backend, spec, rotary);
        this.scratch = LayerScratch.allocate(spec, compute, tokens, plan.adapters(), arena);
        this.span = span;
        this.activations = new LayerActivations[span.count()][plan.microBatches()];
        Map<Module, Integer> ranks = LayerActivations.ranks(spec, plan.adapters());
        LinearInputs inputs = LinearInputs.allocate(spec, compute, tokens, arena);
        LayerActivations shared = plan.retention() == Retention.BOUNDARY
                ? LayerActivations.allocate(spec, compute, tokens, ranks, inputs, arena)
                : null;
        for (int mb = 0; mb < plan.microBatches(); mb++) {
            for (int l = span.first(); l < span.end(); l++) {
                activations[l - span.first()][mb] =
                        shared != null ? shared : kept(spec, compute, plan, l, inputs, ranks, arena);
            }
        }
    }

    private static LayerActivations kept(
            DecoderSpec spec,
            ComputeType compute,
            TrainingPass.Plan plan,
            int layer,
            LinearInputs shared,
            Map<Module, Integer> ranks,
            TensorArena arena) {
        LinearInputs inputs = shared.keeping(layer, plan.trained(), plan.adapters(), arena);
        return LayerActivations.allocate(spec, compute, plan.maxTokens(), ranks, inputs, arena);
    }

    /// One block and one micro-batch.
    ///
    /// @param seed of the micro-batch, for dropout
    record Visit(LayerWeights block, int microBatch, TokenBatch batch, Adapters adapters, DropoutSeed seed) {}

    /// Computes `y` from `x`, both f32 `(tokens, hidden)`.
    void forward(Visit visit, Matrix x, Matrix y) {
        layer.forward(inputs(visit), x, kept(visit), y);
    }

    /// Turns the gradient `d` of the block's output into that of its input, after a {@link #forward} of the same visit
    /// whose activations are still there; f32 `(tokens, hidden)`.
    void backward(Visit visit, Matrix x, Matrix d, Gradients gradients, LayerPass.Below below) {
        layer.backward(inputs(visit), x, kept(visit), d, gradients, below);
    }

    private LayerPass.Inputs inputs(Visit visit) {
        TokenBatch batch = visit.batch();
        AttentionKeys keys = new AttentionKeys.Batch(batch.segments());
        return new LayerPass.Inputs(
                visit.block(), visit.adapters(), batch.positions(), keys, visit.seed(), scratch.tokens(batch.tokens()));
    }

    private LayerActivations kept(Visit visit) {
        int block = visit.block().layer() - span.first();
        return activations[block][visit.microBatch()].tokens(visit.batch().tokens());
    }
}
