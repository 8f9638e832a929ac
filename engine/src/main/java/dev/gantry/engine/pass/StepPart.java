package dev.gantry.engine.pass;

import java.util.List;

/// Which micro-batches of an optimizer step a pass is given: all of them, or those of one rank.
///
/// @param seed of the step, for dropout
/// @param firstMicroBatch index in the step of the first one given
/// @param labelled tokens with a label in the whole step: the loss is their mean
/// @param lossScale factor on all gradients, a power of two, see {@link dev.gantry.engine.optim.LossScale}
public record StepPart(long seed, int firstMicroBatch, long labelled, float lossScale) {

    /// Gradients as they are.
    public StepPart(long seed, int firstMicroBatch, long labelled) {
        this(seed, firstMicroBatch, labelled, 1);
    }

    /// The whole step.
    public static StepPart all(List<TokenBatch> batches, long seed) {
        return new StepPart(
                seed, 0, batches.stream().mapToLong(TokenBatch::labelled).sum());
    }

    /// The same with other gradients.
    public StepPart scaledBy(float factor) {
        return new StepPart(seed, firstMicroBatch, labelled, factor);
    }

    /// Factor on the gradient of one token's loss.
    float tokenScale() {
        return labelled == 0 ? 0 : (float) (1.0 / labelled) * lossScale;
    }

    /// The same step, given from another micro-batch on.
    public StepPart from(int microBatch) {
        return new StepPart(seed, microBatch, labelled, lossScale);
    }

    /// Mean of losses whose sum is `sum`.
    public double mean(double sum) {
        return labelled == 0 ? 0 : sum / labelled;
    }

    DropoutSeed dropout(int microBatch) {
        return new DropoutSeed(seed, firstMicroBatch + microBatch, DropoutSeed.Mode.TRAINING);
    }
}
