package dev.gantry.lora.run;

import dev.gantry.engine.optim.LossScale;
import org.jspecify.annotations.Nullable;

/// Where a run stood when a checkpoint was saved, apart from tensors.
///
/// There is no state of a random generator: every random choice is a function of `seed` and the step or epoch.
///
/// @param format of the checkpoint folder, {@link #FORMAT}
/// @param step optimizer steps taken, skipped ones too
/// @param dataEpoch passes over the data completed
/// @param dataBatch batches given in this pass
/// @param seed of the run
/// @param tokens trained on so far, padding does not exist
/// @param learnedTokens of them, those with a label
/// @param trainingSeconds time spent so far, pauses left out
/// @param lastLoss of the last step
/// @param initialLoss held-back loss before the first step; null without evaluation
/// @param lossScale of the next step; null where gradients are not f16
public record TrainerState(
        int format,
        long step,
        long dataEpoch,
        long dataBatch,
        long seed,
        long tokens,
        long learnedTokens,
        double trainingSeconds,
        double lastLoss,
        @Nullable Double initialLoss,
        Best best,
        @Nullable LossScale lossScale) {
    /// Version of the folder's layout.
    public static final int FORMAT = 1;

    /// Steps that changed what is trained.
    public long updates() {
        return lossScale == null ? step : step - lossScale.skippedSteps();
    }

    /// The best evaluation so far.
    ///
    /// @param loss null before the first evaluation
    /// @param step at which it was
    /// @param evaluationsSince evaluations that were no better
    public record Best(@Nullable Double loss, long step, int evaluationsSince) {
        /// Before the first evaluation.
        public static final Best NONE = new Best(null, 0, 0);

        /// Takes in one more evaluation.
        public Best after(double evaluated, long atStep) {
            return loss == null || evaluated < loss
                    ? new Best(evaluated, atStep, 0)
                    : new Best(loss, step, evaluationsSince + 1);
        }
    }
}
