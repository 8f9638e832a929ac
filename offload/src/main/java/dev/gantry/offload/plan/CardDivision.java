package dev.gantry.offload.plan;

import dev.gantry.engine.collective.Links;
import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.cards.Card;
import dev.gantry.offload.cards.Division;
import dev.gantry.offload.cards.Divisions;
import dev.gantry.offload.cards.LayeredJob;
import dev.gantry.offload.frozen.ChunkLayout;
import dev.gantry.offload.plan.RankPlan.RankUse;
import dev.gantry.offload.ranks.RankBytes;
import dev.gantry.offload.ranks.RankedJob;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the blocks of a frozen model could be divided among the cards of a plan, by what their links carry.
///
/// @param links measured
/// @param shards every card has a share of every block, which is zero 3; null where they do not fit so
/// @param layers neighbouring blocks of each card; null where they do not fit so. Runs do not divide them so yet
public record CardDivision(
        Links links, @Nullable Division shards, @Nullable Division layers, Faster faster) {

    /// Which of the two takes less time.
    public enum Faster {
        SHARDS,
        LAYERS,
        NEITHER_FITS
    }

    /// @param ranks as they are planned now, one on each card
    /// @param rates of each card
    static CardDivision of(
            TrainingJob job, RankedJob ranked, List<RankUse> ranks, List<MachineRates> rates, Links links) {
        Retention retention = ranked.extent().retention();
        TrainingFlops flops = TrainingFlops.of(job);
        long block = ChunkLayout.ready(job.spec(), job.compute()).bytes();
        long held = RankBytes.frozenBlocks(ranked, ranks.size());
        List<Card> cards = new ArrayList<>();
        for (MachineRates ofCard : rates) {
            TierUse use = ranks.get(cards.size()).device();
            double seconds = TrainingPlanner.kernelSeconds(job, retention, ofCard);
            double flopsPerSecond = flops.perToken(retention) * job.tokensPerStep() / seconds;
            cards.add(new Card(Math.max(0, use.budgetBytes() - use.bytes() + held), flopsPerSecond));
        }
        return of(
                cards,
                links,
                new LayeredJob(
                        job.spec().layers(),
                        block,
                        (flops.blockForward() + flops.blockBackward(retention)) * job.microBatchTokens(),
                        (long) job.microBatchTokens() * job.spec().hidden() * Float.BYTES,
                        job.microBatches()));
    }

    private static CardDivision of(List<Card> cards, Links links, LayeredJob job) {
        double[][] rates = links.bytesPerSecond().stream()
                .map(given -> given.stream().mapToDouble(Double::doubleValue).toArray())
                .toArray(double[][]::new);
        Divisions divisions = new Divisions(cards, rates);
        Faster faster = divisions
                .fastest(job)
                .map(division -> switch (division) {
                    case Division.Sharded _ -> Faster.SHARDS;
                    case Division.Dealt _ -> Faster.LAYERS;
                })
                .orElse(Faster.NEITHER_FITS);
        return new CardDivision(
                links, divisions.sharded(job).orElse(null), divisions.dealt(job).orElse(null), faster);
    }
}
