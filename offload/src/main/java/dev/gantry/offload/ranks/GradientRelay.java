package dev.gantry.offload.ranks;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.collective.Communicator;
import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.pass.BackwardListener;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Adds gradients over ranks in the order of the micro-batches: the running sums of a unit go from rank to rank, each
/// adds its micro-batches to them, and the last gives every rank its share.
///
/// The ranks work on neighbouring units at a time, as on an assembly line: when rank r has finished a unit, rank
/// `r + 1` begins it. A rank takes its share of the sums as many units later as the last rank is behind, so that
/// nobody waits for what is not done yet.
final class GradientRelay implements BackwardListener {
    private final ShardPlan plan;
    private final Backend backend;
    private final Communicator communicator;
    private final int rank;
    private final int last;
    private final List<UnitMemory> memory;
    private final Deque<Integer> uncollected = new ArrayDeque<>();

    /// @param memory of this rank, by unit
    GradientRelay(ShardPlan plan, Rank rank, List<UnitMemory> memory) {
        this.plan = plan;
        this.backend = rank.backend();
        this.communicator = rank.communicator();
        this.rank = rank.number();
        this.last = rank.count() - 1;
        this.memory = memory;
    }

    @Override
    public void headStarted() {
        begin(plan.head());
        UnitLayout.Part table = plan.tiedTable();
        if (table != null) {
            begin(table);
        }
    }

    @Override
    public void headFinished() {
        end(plan.head());
    }

    @Override
    public void blockStarted(int layer) {
        begin(plan.block(layer));
    }

    @Override
    public void blockFinished(int layer) {
        end(plan.block(layer));
    }

    /// The first rank goes on from what the heads of all ranks added to a tied table.
    @Override
    public void embeddingStarted() {
        while (plan.tiedTable() != null && uncollected.contains(plan.head())) {
            collect(uncollected.remove());
        }
        begin(plan.embedding());
    }

    @Override
    public void embeddingFinished() {
        end(plan.embedding());
    }

    /// Waits until this rank has its share of all gradients and nobody needs its memory any more.
    void finish() {
        while (!uncollected.isEmpty()) {
            collect(uncollected.remove());
        }
        memory.forEach(unit -> unit.buffer().awaitFree());
    }

    private void begin(int number) {
        UnitMemory unit = memory.get(number);
        if (rank > 0 && !unit.layout().isEmpty()) {
            unit.buffer().receive(rank - 1, unit.work());
        }
        if (rank == 0) {
            unit.buffer().awaitFree();
            for (UnitLayout.Part part : unit.layout().parts()) {
                if (!part.equals(plan.tiedTable())) {
                    backend.elements().fill(part.flat(unit.work()), 0);
                }
            }
        }
    }

    /// The head adds to the table of the embedding.
    private void begin(UnitLayout.Part tiedTable) {
        UnitMemory unit = memory.get(plan.embedding());
        if (rank == 0) {
            backend.elements().fill(tiedTable.flat(unit.work()), 0);
        } else {
            unit.buffer().receive(rank - 1, tiedTable.flat(unit.work()).data());
        }
    }

    private void end(int number) {
        backend.synchronize();
        UnitMemory unit = memory.get(number);
        boolean carries = !unit.layout().isEmpty();
        if (rank < last && carries) {
            unit.buffer().offer(rank + 1, unit.work());
        } else if (carries) {
            giveShares(unit);
        }
        MemorySegment table = number == plan.head() ? tiedTable() : null;
        if (table != null && last > 0) {
            memory.get(plan.embedding()).buffer().offer(rank == last ? 0 : rank + 1, table);
        }
        if (rank < last) {
            uncollected.add(number);
            if (uncollected.size() > last - rank) {
                collect(uncollected.remove());
            }
        }
    }

    private void giveShares(UnitMemory unit) {
        for (int owner = 0; owner < last; owner++) {
            unit.buffer().offer(owner, unit.layout().flatShare(unit.work(), owner));
        }
        MemorySegment own = unit.layout().flatShare(unit.work(), last);
        if (!own.equals(unit.sum())) {
            backend.elements().copyBytes(own, unit.sum());
        }
    }

    /// Takes from the last rank what it gave when it had finished a unit.
    private void collect(int number) {
        UnitMemory unit = memory.get(number);
        if (!unit.layout().isEmpty() && plan.stage().includes(ZeroStage.GRADIENTS)) {
            communicator.receive(last, unit.sum()); // beside the buffer, where another block may be under way
        } else if (!unit.layout().isEmpty()) {
            unit.buffer().receive(last, unit.sum());
        }
        MemorySegment table = rank == 0 && number == plan.head() ? tiedTable() : null;
        if (table != null) {
            memory.get(plan.embedding()).buffer().receive(last, table);
        }
    }

    private @Nullable MemorySegment tiedTable() {
        UnitLayout.Part tied = plan.tiedTable();
        return tied == null
                ? null
                : tied.flat(memory.get(plan.embedding()).work()).data();
    }
}
