package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.pass.Retention;

/// Floating-point operations of one optimizer step for every token, from shapes: two for each multiply-add.
///
/// @param blockProducts of a block's forward in matrix products
/// @param blockAttention of a block's forward in attention, which is causal
/// @param headProducts of the head's forward
/// @param layers blocks of the model
/// @param trainedProducts times that gradients of weights cost a forward's products: 1 where blocks are trained
public record TrainingFlops(
        double blockProducts, double blockAttention, double headProducts, int layers, double trainedProducts) {
    /// The backward of attention computes the scores again and takes four products instead of two.
    static final double ATTENTION_BACKWARDS = 2.5;

    /// Those of a job.
    public static TrainingFlops of(TrainingJob job) {
        DecoderSpec spec = job.spec();
        double products = 0;
        for (Module module : DecoderParameters.linearModules(spec)) {
            products += 2.0 * DecoderParameters.inputWidth(spec, module) * DecoderParameters.outputWidth(spec, module);
        }
        double seen = job.sequenceTokens() / 2.0; // of a sequence, by each of its tokens
        double attention = 4.0 * seen * spec.attention().queryWidth(); // q·k and p·v
        double head = 2.0 * spec.vocabularySize() * spec.embeddingDim();
        boolean trained = job.trained().stream().anyMatch(id -> id.module().isLinear());
        return new TrainingFlops(products, attention, head, spec.layers(), trained ? 1 : 0);
    }

    /// Operations for every token of a step: forward, gradient of the inputs, gradient of the weights where they are
    /// trained, and the forward once more where layers are recomputed.
    public double perToken(Retention retention) {
        return (blockForward() + blockBackward(retention)) * layers + head();
    }

    double blockForward() {
        return blockProducts + blockAttention;
    }

    double blockBackward(Retention retention) {
        double again = retention == Retention.BOUNDARY ? blockForward() : 0;
        return again + blockProducts * (1 + trainedProducts) + blockAttention * ATTENTION_BACKWARDS;
    }

    double head() {
        return headProducts * (2 + trainedProducts);
    }
}
