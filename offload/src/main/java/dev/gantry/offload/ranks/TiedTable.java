package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Communicator;
import dev.gantry.engine.collective.Communicator.Offer;
import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// A trained token table that the head shares, where blocks are dealt: the first rank has it, and the last a copy for
/// the head and a place for what the head adds to its gradient.
///
/// @param values f32, whole
/// @param gradient f32, of the same shape
record TiedTable(Communicator communicator, Matrix values, Matrix gradient) {

    /// What this rank has of it; null for ranks that need nothing, and for one rank that has all.
    static @Nullable TiedTable of(ShardPlan plan, Rank rank, RankMemory memory) {
        UnitLayout.Part table = plan.tiedTable();
        if (table == null || !plan.isDealt() || rank.count() == 1) {
            return null;
        }
        if (rank.number() == 0) {
            UnitMemory unit = memory.unit(plan.embedding());
            return new TiedTable(rank.communicator(), table.ready(unit.ready()), table.flat(unit.work()));
        }
        return rank.number() == rank.count() - 1
                ? new TiedTable(rank.communicator(), place(table, memory), place(table, memory))
                : null;
    }

    private static Matrix place(UnitLayout.Part table, RankMemory memory) {
        return memory.weightArena()
                .matrix(DType.F32, table.tensor().rows(), table.tensor().columns());
    }

    boolean isCopy() {
        return communicator.rank() > 0;
    }

    /// The first rank goes on from what the head added.
    ///
    /// @return what the last rank waits for before it writes there again
    @Nullable
    Offer passGradient() {
        if (isCopy()) {
            return communicator.offer(0, gradient.contents());
        }
        communicator.receive(communicator.ranks() - 1, gradient.contents());
        return null;
    }

    /// The last rank gets the values as they are now.
    void passValues() {
        if (isCopy()) {
            communicator.receive(0, values.contents());
        } else {
            communicator.offer(communicator.ranks() - 1, values.contents()).awaitTaken();
        }
    }
}
