package dev.gantry.offload.plan;

import dev.gantry.engine.pass.LayerSource;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.RingSchedule;
import java.util.stream.IntStream;

/// What the blocks of a model cost in transfers in every training step after the first, counted with the schedule that
/// the loader follows.
///
/// @param blocks copied to the device
/// @param hostBytes of them from host memory
/// @param diskBytes of them from files
public record MovedBytes(long blocks, long hostBytes, long diskBytes) {
    static final MovedBytes NONE = new MovedBytes(0, 0, 0);

    /// @param blockBytes of a block on its way
    static MovedBytes perStep(FrozenPlan plan, long blockBytes) {
        int[] streamed = IntStream.range(0, plan.homes().size())
                .filter(layer -> plan.homes().get(layer) != Tier.DEVICE)
                .toArray();
        if (streamed.length == 0) {
            return NONE;
        }
        int[] visits = RingSchedule.visits(LayerSource.Sweep.FORWARD_BACKWARD, streamed);
        RingSchedule first = RingSchedule.of(RingSchedule.emptySlots(plan.slots()), visits, plan.lead());
        RingSchedule steady = RingSchedule.of(first.contentsAfter(), visits, plan.lead());
        long fromHost = steady.loads().stream()
                .filter(load -> plan.homes().get(load.block()) == Tier.HOST)
                .count();
        long fromDisk = steady.loads().size() - fromHost;
        return new MovedBytes(steady.loads().size(), fromHost * blockBytes, fromDisk * blockBytes);
    }
}
