package dev.gantry.offload.plan;

import dev.gantry.offload.Tier;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import org.jspecify.annotations.Nullable;

/// What somebody has placed beside an adapter; the plan chooses for what is null.
///
/// @param blocks parts of the frozen blocks
/// @param boundaries parts of the residual stream
/// @param head where the head lives
public record Placed(
        @Nullable Share blocks,
        @Nullable Share boundaries,
        @Nullable Tier head) {
    /// Everything is for the plan to choose.
    public static final Placed NOTHING = new Placed(null, null, null);
}
