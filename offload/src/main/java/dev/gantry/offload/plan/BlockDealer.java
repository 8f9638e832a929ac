package dev.gantry.offload.plan;

import dev.gantry.engine.collective.Links;
import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.cards.Card;
import dev.gantry.offload.cards.Division;
import dev.gantry.offload.cards.Divisions;
import dev.gantry.offload.cards.LayeredJob;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Deals the blocks of a job to ranks by what each may take and how fast it is.
///
/// @param retention what the forward keeps
/// @param budgets bytes that each rank may take
/// @param rates of each rank
/// @param links between ranks
/// @param bytes all that each rank takes when blocks are dealt so, counted by the code that allocates it
record BlockDealer(
        TrainingJob job,
        Retention retention,
        List<Long> budgets,
        List<MachineRates> rates,
        Links links,
        Function<List<Integer>, List<Long>> bytes) {

    /// How many blocks each rank gets, one at least; as evenly as they go where they fit in no way.
    ///
    /// @throws IllegalArgumentException with fewer blocks than ranks
    List<Integer> counts() {
        return fastest().map(Division.Dealt::layers).orElseGet(this::even);
    }

    /// The fastest of all that fit, with a block for each rank.
    Optional<Division.Dealt> fastest() {
        List<Integer> even = even();
        List<Long> taken = bytes.apply(even);
        long block = bytesOfBlock(even, taken);
        TrainingFlops flops = TrainingFlops.of(job);
        double head = flops.head() * job.text().labelledShare() * job.microBatchTokens();
        List<Card> cards = new ArrayList<>();
        for (int rank = 0; rank < even.size(); rank++) {
            long besides = taken.get(rank) - even.get(rank) * block;
            double seconds = TrainingPlanner.kernelSeconds(job, retention, rates.get(rank));
            double flopsPerSecond = flops.perToken(retention) * job.tokensPerStep() / seconds;
            long room = Math.max(0, budgets.get(rank) - besides);
            cards.add(new Card(room, flopsPerSecond, rank == even.size() - 1 ? head : 0));
        }
        Divisions divisions = new Divisions(cards, links.rates());
        LayeredJob layers = layers(job, retention, block);
        return divisions.dealt(layers).flatMap(dealt -> divisions.dealt(oneAtLeast(dealt.layers()), layers));
    }

    static LayeredJob layers(TrainingJob job, Retention retention, long blockBytes) {
        TrainingFlops flops = TrainingFlops.of(job);
        return new LayeredJob(
                job.spec().layers(),
                blockBytes,
                (flops.blockForward() + flops.blockBackward(retention)) * job.microBatchTokens(),
                (long) job.microBatchTokens() * job.spec().hidden() * Float.BYTES,
                job.microBatches());
    }

    private List<Integer> even() {
        int ranks = budgets.size();
        int layers = job.spec().layers();
        if (layers < ranks) {
            throw new IllegalArgumentException(layers + " blocks for " + ranks + " ranks");
        }
        return IntStream.range(0, ranks)
                .mapToObj(rank -> layers * (rank + 1) / ranks - layers * rank / ranks)
                .toList();
    }

    /// What one block takes with all that belongs to it: what a rank takes more with it than without.
    private long bytesOfBlock(List<Integer> even, List<Long> taken) {
        int most = even.indexOf(Collections.max(even));
        if (even.get(most) == 1) {
            return 1; // each has one block: there is nothing to choose
        }
        int other = most == 0 ? 1 : 0;
        List<Integer> moved = new ArrayList<>(even);
        moved.set(most, even.get(most) - 1);
        moved.set(other, even.get(other) + 1);
        return Math.max(1, taken.get(most) - bytes.apply(moved).get(most));
    }

    private static List<Integer> oneAtLeast(List<Integer> layers) {
        List<Integer> counts = new ArrayList<>(layers);
        for (int none = counts.indexOf(0); none >= 0; none = counts.indexOf(0)) {
            int most = counts.indexOf(Collections.max(counts));
            counts.set(most, counts.get(most) - 1);
            counts.set(none, 1);
        }
        return counts;
    }
}
