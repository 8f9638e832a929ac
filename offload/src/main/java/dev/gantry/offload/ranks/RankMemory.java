package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.ranks.UnitLayout.Slice;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// All that one rank holds of what is trained, unit by unit.
final class RankMemory implements AutoCloseable {
    /// Blocks whose running gradients are held at a time when gradients are sharded: one is added to while the one
    /// before waits to be taken.
    static final int BLOCKS_IN_WORK = 2;

    private final ShardPlan plan;
    private final Rank rank;
    private final TensorArena weights;
    private final TensorArena gradients;
    private final TensorArena masters;
    private final List<UnitMemory> units = new ArrayList<>();
    private final MemorySegment blockShares;

    /// @param arenas makes the arena of a use of memory
    RankMemory(ShardPlan plan, Rank rank, Function<String, TensorArena> arenas) {
        this.plan = plan;
        this.rank = rank;
        this.weights = arenas.apply("weights");
        this.gradients = arenas.apply("gradients");
        this.masters = arenas.apply("masters");
        boolean complete = false;
        try {
            this.blockShares = weights.allocateBytes(gatheredBytes());
            allocate();
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /// Bytes of this rank's shares of the blocks that are gathered to be computed with.
    private long gatheredBytes() {
        long bytes = 0;
        for (int unit = 0; unit < plan.units(); unit++) {
            bytes += plan.isGathered(unit) ? plan.unit(unit).readyShareBytes(rank.number()) : 0;
        }
        return bytes;
    }

    private void allocate() {
        UnitMemory.Arenas arenas = new UnitMemory.Arenas(weights, gradients, masters);
        List<SumBuffer> turns = new ArrayList<>();
        for (int unit = 0; unit < plan.units(); unit++) {
            if (!plan.holds(unit, rank.number())) {
                SumBuffer nothing = new SumBuffer(rank.communicator(), MemorySegment.NULL);
                units.add(UnitMemory.elsewhere(plan, unit, rank.number(), nothing));
                continue;
            }
            SumBuffer buffer;
            if (plan.isBlock(unit) && plan.stage().includes(ZeroStage.GRADIENTS)) {
                if (turns.size() < BLOCKS_IN_WORK) {
                    turns.add(buffer(largestBlock()));
                }
                buffer = turns.get(unit % turns.size());
            } else {
                buffer = buffer(plan.unit(unit).flatBytes());
            }
            MemorySegment share = plan.isGathered(unit) ? gatheredShare(unit) : null;
            units.add(UnitMemory.allocate(plan, unit, rank.number(), buffer, share, arenas));
        }
    }

    private SumBuffer buffer(long bytes) {
        return new SumBuffer(rank.communicator(), gradients.allocateBytes(bytes));
    }

    private long largestBlock() {
        long largest = 0;
        for (int layer = 0; layer < plan.layers(); layer++) {
            largest = Math.max(largest, plan.unit(plan.block(layer)).flatBytes());
        }
        return largest;
    }

    /// Shares of the blocks follow each other from the first block to the last.
    private MemorySegment gatheredShare(int unit) {
        long bytes = plan.unit(unit).readyShareBytes(rank.number());
        return blockShares.asSlice((plan.layers() - unit) * bytes, bytes);
    }

    /// This rank's shares of all blocks, one after the other; empty where each rank holds all of them.
    MemorySegment blockShares() {
        return blockShares;
    }

    List<UnitMemory> units() {
        return units;
    }

    UnitMemory unit(int unit) {
        return units.get(unit);
    }

    /// What this rank's optimizer updates, in the order of the units.
    void forEachSlice(SliceAction action) {
        for (UnitMemory unit : units) {
            for (Slice slice : unit.layout().slices(rank.number())) {
                action.accept(unit, slice);
            }
        }
    }

    /// Takes a slice of what a rank owns.
    interface SliceAction {
        void accept(UnitMemory unit, Slice slice);
    }

    /// Lets all ranks compute with the masters as they are now; all call this together, while nobody computes.
    void publish() {
        forEachSlice((unit, slice) -> {
            if (unit.converts()) {
                rank.backend().elements().copy(unit.master(slice), unit.ready(slice));
            }
        });
        rank.backend().synchronize();
        rank.communicator().barrier();
        if (!plan.isSharded() || plan.isDealt()) {
            return;
        }
        for (UnitMemory unit : units) {
            if (unit.isWhole() && !unit.layout().isEmpty()) {
                rank.communicator().allGather(unit.readyShare(), unit.ready());
            }
        }
    }

    /// Native allocations made so far.
    long allocations() {
        return weights.allocations() + gradients.allocations() + masters.allocations();
    }

    /// The arena for weights that are derived from these.
    TensorArena weightArena() {
        return weights;
    }

    @Override
    public void close() {
        weights.close();
        gradients.close();
        masters.close();
    }
}
