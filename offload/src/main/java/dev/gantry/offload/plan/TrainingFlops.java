package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.pass.Retention;

/// Floating-point operations of one optimizer step, from shapes: two for each multiply-add.
public final class TrainingFlops {
    private TrainingFlops() {}

    /// Operations for every token of a step.
    ///
    /// Forward, gradient of the inputs, gradient of the weights where they are trained, and the forward once more
    /// where layers are recomputed; attention counts as causal.
    public static double perToken(TrainingJob job, Retention retention) {
        DecoderSpec spec = job.spec();
        double layer = 0;
        for (Module module : DecoderParameters.linearModules(spec)) {
            layer += 2.0 * DecoderParameters.inputWidth(spec, module) * DecoderParameters.outputWidth(spec, module);
        }
        double attention = 2.0 * job.microBatchTokens() * spec.attention().queryWidth(); // half of q·k and p·v each
        double head = 2.0 * spec.vocabularySize() * spec.embeddingDim();
        boolean weightsTrained =
                job.trained().stream().anyMatch(id -> id.module().isLinear());
        double forwards = retention == Retention.BOUNDARY ? 2 : 1;
        double layerWork = layer * (forwards + 1 + (weightsTrained ? 1 : 0)) + attention * (forwards + 2.5);
        double headWork = head * (2 + (weightsTrained ? 1 : 0));
        return layerWork * spec.layers() + headWork;
    }
}
