package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Collective;
import dev.gantry.engine.collective.Traffic;
import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.frozen.ChunkLayout;
import java.util.EnumMap;
import java.util.Map;

/// Bytes that cross between the ranks in a step, all ranks together, known before the first one.
///
/// Each unit's gradients pass from rank to rank, N - 1 times their size, and then every other rank takes its share
/// from the last. A tied table passes once more, for the head, and comes back to the first rank. Where blocks are
/// dealt, gradients stay where they are, and the residual stream passes.
public final class StepTraffic {
    private final ShardPlan plan;
    private final long others;

    private StepTraffic(ShardPlan plan) {
        this.plan = plan;
        this.others = plan.ranks() - 1L;
    }

    /// A step that is taken: forward, backward, update.
    ///
    /// @param microBatches of the step
    public static Traffic of(RankedJob job, int ranks, int microBatches) {
        StepTraffic traffic = new StepTraffic(new ShardPlan(job, ranks));
        Map<Collective, Long> bytes = new EnumMap<>(Collective.class);
        bytes.put(
                Collective.HAND_OVER,
                traffic.plan.isDealt() ? traffic.boundaries(job, microBatches) : traffic.gradients());
        bytes.put(Collective.ALL_GATHER, traffic.losses(microBatches) + traffic.squares() + traffic.updates());
        bytes.put(Collective.WINDOW, traffic.blocks(job));
        bytes.values().removeIf(count -> count == 0);
        return new Traffic(bytes, bytes);
    }

    /// The residual stream and its gradient, from each rank to the next and back, of micro-batches as large as can be.
    /// A tied table passes once each way.
    private long boundaries(RankedJob job, int microBatches) {
        long tokens = (long) microBatches * job.extent().maxTokens();
        UnitLayout.Part table = others == 0 ? null : plan.tiedTable(); // its gradient comes, its values go back
        long elements = others * tokens * job.spec().hidden()
                + (table == null ? 0 : table.tensor().elements());
        return 2 * elements * DType.F32.bytes();
    }

    private long gradients() {
        long bytes = 0;
        for (int unit = 0; unit < plan.units(); unit++) {
            UnitLayout layout = plan.unit(unit);
            bytes += others * layout.flatBytes();
            for (int owner = 0; owner < others; owner++) {
                bytes += layout.shareElements(owner) * DType.F32.bytes();
            }
        }
        UnitLayout.Part table = plan.tiedTable();
        return table == null || others == 0
                ? bytes
                : bytes + plan.ranks() * table.tensor().elements() * DType.F32.bytes();
    }

    private long losses(int microBatches) {
        return others * microBatches * DType.F64.bytes();
    }

    private long squares() {
        long runs = 0;
        for (int rank = 0; plan.isSharded() && rank < plan.ranks(); rank++) {
            runs += ClippingNorm.runs(plan, rank);
        }
        return others * runs * DType.F64.bytes();
    }

    private long updates() {
        long bytes = 0;
        for (int unit = 0; plan.isSharded() && !plan.isDealt() && unit < plan.units(); unit++) {
            bytes += plan.isGathered(unit) ? 0 : others * plan.unit(unit).readyBytes();
        }
        return bytes;
    }

    /// Blocks that are read from the others' shares: each on the way up and again on the way down, but for those that
    /// are still there at the turn and, where they never change, from the step before.
    private long blocks(RankedJob job) {
        if (!plan.stage().includes(ZeroStage.PARAMETERS)) {
            return 0;
        }
        int kept = Math.min(GatheredBlocks.SLOTS, plan.layers());
        return others
                * switch (job.base()) {
                    case RankedJob.Base.AllTrained all ->
                        plan.unit(plan.block(0)).readyBytes() * (2L * plan.layers() - kept);
                    case RankedJob.Base.Frozen frozen ->
                        ChunkLayout.ready(job.spec(), job.compute()).bytes() * 2L * (plan.layers() - kept);
                };
    }
}
