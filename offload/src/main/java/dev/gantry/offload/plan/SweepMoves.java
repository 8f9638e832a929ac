package dev.gantry.offload.plan;

import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.FrozenPlan.Waiting;
import dev.gantry.offload.frozen.RingSchedule;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// What one sweep forward brings to the device once the rings have settled, on average over sweeps like it: counted
/// with the schedule that the loader follows.
///
/// @param blocks of the decoder
/// @param headBlocks blocks of the head
/// @param hostBytes of both from host memory
/// @param diskBytes of both from files
public record SweepMoves(double blocks, double headBlocks, double hostBytes, double diskBytes) {
    /// A cycle repeats after fewer sweeps than it has blocks; of very deep models so many tell enough.
    private static final int MOST_SWEEPS = 32;

    /// @param rows tokens that each block is multiplied with
    /// @param headRows rows that the head is multiplied with
    static SweepMoves of(ModelShapes model, FrozenPlan plan, int rows, int headRows) {
        boolean fewRows = rows <= plan.mostRowsInPlace();
        IntPredicate moves = layer -> switch (plan.homes().get(layer)) {
            case DEVICE -> false;
            case HOST -> !(fewRows && model.isReady(layer, plan.waiting()));
            case DISK -> true;
        };
        int[] moving = IntStream.range(0, plan.homes().size()).filter(moves).toArray();
        double[] loads = loads(moving.length, plan.slots(), plan.lead());
        double host = 0;
        double disk = 0;
        for (int i = 0; i < moving.length; i++) {
            if (plan.homes().get(moving[i]) == Tier.HOST) {
                host += loads[i] * model.waiting(moving[i], plan.waiting()).payloadBytes();
            } else {
                disk += loads[i] * diskBytes(model, plan, moving[i]);
            }
        }
        double head = headBlocks(model, plan, headRows);
        double headBytes = head / HeadBlocks.of(model.spec()).count();
        boolean fromHost = plan.head().home() == Tier.HOST;
        host += fromHost ? headBytes * model.headBytes(plan.waiting()) : 0;
        disk += fromHost ? 0 : headBytes * diskHeadBytes(model, plan);
        return new SweepMoves(Arrays.stream(loads).sum(), head, host, disk);
    }

    private static long diskBytes(ModelShapes model, FrozenPlan plan, int layer) {
        return plan.reading().relaid() == null
                ? model.storedBytes(layer)
                : model.waiting(layer, Waiting.NARROW).payloadBytes();
    }

    private static long diskHeadBytes(ModelShapes model, FrozenPlan plan) {
        return plan.reading().relaid() == null ? model.storedHeadBytes() : model.headBytes(Waiting.NARROW);
    }

    private static double headBlocks(ModelShapes model, FrozenPlan plan, int rows) {
        boolean inPlace =
                plan.head().home() == Tier.HOST && rows <= plan.mostRowsInPlace() && model.isHeadReady(plan.waiting());
        if (inPlace || plan.head().slots() == 0) {
            return 0;
        }
        int blocks = HeadBlocks.of(model.spec()).count();
        int slots = Math.min(plan.head().slots(), blocks);
        return Arrays.stream(loads(blocks, slots, Math.clamp(slots - 1, 0, 1))).sum();
    }

    /// How often each of some blocks is loaded in a sweep over them.
    private static double[] loads(int moving, int slots, int lead) {
        double[] average = new double[moving];
        if (moving == 0) {
            return average;
        }
        int sweeps = Math.min(moving, MOST_SWEEPS);
        int[] visits =
                RingSchedule.visits(Sweep.FORWARD, IntStream.range(0, moving).toArray());
        int[] contents = RingSchedule.emptySlots(slots);
        for (int s = 0; s < 2 * sweeps; s++) {
            RingSchedule schedule = RingSchedule.of(contents, visits, lead);
            contents = schedule.contentsAfter();
            if (s >= sweeps) {
                schedule.loads().forEach(load -> average[load.block()] += 1.0 / sweeps);
            }
        }
        return average;
    }

    SweepMoves times(int sweeps) {
        return new SweepMoves(sweeps * blocks, sweeps * headBlocks, sweeps * hostBytes, sweeps * diskBytes);
    }
}
