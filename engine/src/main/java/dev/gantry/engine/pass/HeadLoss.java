package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.TensorArena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The cross-entropy of a step's labelled tokens, and its gradient. Full logits never exist for all tokens, and tokens
/// without a label are not looked at.
///
/// In whichever order it is worked through, each product is made of the same slice of tokens and the same block of the
/// head, and blocks are added up from the last to the first: so the bits are the same.
sealed interface HeadLoss permits SlicedHeadLoss, SweptHeadLoss {

    /// What is wanted beside the loss.
    ///
    /// @param scale factor on the gradient, 1 / labelled tokens of the whole step, times the loss scale
    /// @param gradients what is trained in the head
    record Backward(float scale, Gradients gradients) {}

    /// @return for each micro-batch the sum of the losses of its labelled tokens
    double[] of(List<HeadBatch> batches, @Nullable Backward backward);

    /// @param input made for slices of tokens
    static HeadLoss planned(
            Backend backend, ModelWeights weights, TrainingPass.Plan plan, HeadInput input, TensorArena arena) {
        HeadBlockPass blocks = new HeadBlockPass(backend, weights, input.mostRows(), arena);
        return switch (plan.headOrder()) {
            case SLICES_OUTSIDE -> new SlicedHeadLoss(backend, weights, input, blocks, arena);
            case BLOCKS_OUTSIDE -> new SweptHeadLoss(backend, weights, plan, input, blocks, arena);
        };
    }
}
