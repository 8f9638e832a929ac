package dev.gantry.offload.plan;

import dev.gantry.offload.trainable.Kind;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a plan needs to know of training all parameters, beside the job.
///
/// @param maxGradientNorm limit of the global norm, for which gradients wait; 0 for none
/// @param shares of kinds that somebody has placed; all others are for the plan to choose
/// @param boundaries share of the residual stream, if somebody has placed it
public record FullTraining(
        double maxGradientNorm,
        Map<Kind, Share> shares,
        @Nullable Share boundaries) {
    public FullTraining {
        shares = Map.copyOf(shares);
    }
}
