package dev.gantry.offload.ranks;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.optim.GradientClipping;
import dev.gantry.offload.ranks.UnitLayout.Slice;
import java.util.ArrayList;
import java.util.List;

/// The norm of all gradients, to the bits of one rank: each rank sums its share run by run, and all add up everybody's
/// runs in the order in which one rank would.
final class ClippingNorm {
    private final ShardPlan plan;
    private final Rank rank;
    private final List<UnitMemory> memory;
    private final List<List<Run>> runsOfTensors = new ArrayList<>();
    private final double[] own;
    private final double[] all;

    /// Sums of squares that lie one after the other in `all`.
    private record Run(int from, int count) {}

    /// @param memory of this rank, by unit
    ClippingNorm(ShardPlan plan, Rank rank, List<UnitMemory> memory) {
        this.plan = plan;
        this.rank = rank;
        this.memory = memory;
        plan.tensors().forEach(tensor -> runsOfTensors.add(new ArrayList<>()));
        int holders = plan.isSharded() ? plan.ranks() : 1;
        int end = 0;
        for (int owner = 0; owner < holders; owner++) {
            for (int unit = 0; unit < plan.units(); unit++) {
                for (Slice slice : plan.unit(unit).slices(owner)) {
                    int runs = runs(slice);
                    runsOfTensors.get(slice.part().index()).add(new Run(end, runs));
                    end += runs;
                }
            }
        }
        this.all = new double[end];
        this.own = plan.isSharded() ? new double[runs(plan, rank.number())] : all;
    }

    /// How many sums a rank's share of the gradients gives.
    static int runs(ShardPlan plan, int rank) {
        int runs = 0;
        for (int unit = 0; unit < plan.units(); unit++) {
            for (Slice slice : plan.unit(unit).slices(rank)) {
                runs += runs(slice);
            }
        }
        return runs;
    }

    private static int runs(Slice slice) {
        return (slice.count() + ElementKernels.SQUARES_RUN - 1) / ElementKernels.SQUARES_RUN;
    }

    /// L2 norm over the gradients of all tensors; all ranks call this together.
    double norm() {
        int end = 0;
        for (int unit = 0; unit < plan.units(); unit++) {
            for (Slice slice : plan.unit(unit).slices(rank.number())) {
                double[] sums = new double[runs(slice)];
                rank.backend().elements().sumsOfSquares(memory.get(unit).gradient(slice), sums);
                System.arraycopy(sums, 0, own, end, sums.length);
                end += sums.length;
            }
        }
        if (plan.isSharded()) {
            rank.communicator().allGather(own, all);
        }
        return GradientClipping.globalNorm(
                runsOfTensors.stream().mapToDouble(this::squares).toArray());
    }

    /// Shares follow each other in the order of the ranks, so a tensor's runs come in order.
    private double squares(List<Run> runs) {
        double total = 0;
        for (Run run : runs) {
            for (int i = 0; i < run.count(); i++) {
                total += all[run.from() + i];
            }
        }
        return total;
    }
}
