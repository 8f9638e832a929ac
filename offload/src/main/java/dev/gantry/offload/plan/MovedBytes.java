package dev.gantry.offload.plan;

import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.RingSchedule;
import java.util.function.IntToLongFunction;

/// What the blocks of a model cost in transfers in every training step after the first, counted with the schedule that
/// the loader follows.
///
/// @param blocks copied to the device
/// @param hostBytes of them from host memory
/// @param diskBytes of them from files
public record MovedBytes(long blocks, long hostBytes, long diskBytes) {
    static final MovedBytes NONE = new MovedBytes(0, 0, 0);

    /// @param bytes that each block moves
    static MovedBytes perStep(FrozenPlan plan, IntToLongFunction bytes) {
        if (StepTimeline.streamed(plan).length == 0) {
            return NONE;
        }
        RingSchedule steady = StepTimeline.steady(plan);
        long hostBytes = 0;
        long diskBytes = 0;
        for (RingSchedule.Load load : steady.loads()) {
            long moved = bytes.applyAsLong(load.block());
            if (plan.homes().get(load.block()) == Tier.HOST) {
                hostBytes += moved;
            } else {
                diskBytes += moved;
            }
        }
        return new MovedBytes(steady.loads().size(), hostBytes, diskBytes);
    }
}
