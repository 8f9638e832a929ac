package dev.gantry.offload.plan;

import dev.gantry.engine.collective.Links;
import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.cards.Card;
import dev.gantry.offload.cards.Division;
import dev.gantry.offload.cards.Divisions;
import dev.gantry.offload.frozen.ChunkLayout;
import dev.gantry.offload.plan.RankPlan.RankUse;
import dev.gantry.offload.ranks.RankBytes;
import dev.gantry.offload.ranks.RankedJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the blocks of a frozen model could be divided among the cards of a plan, by what their links carry.
///
/// @param links measured
/// @param shards every card has a share of every block, which is zero 3; null where they do not fit so
/// @param layers neighbouring blocks of each card; null where they do not fit so
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
    /// @param dealt the fastest deal of the blocks, if any fits
    static CardDivision of(
            TrainingJob job,
            RankedJob ranked,
            List<RankUse> ranks,
            List<MachineRates> rates,
            Links links,
            Optional<Division.Dealt> dealt) {
        Retention retention = ranked.extent().retention();
        long block = ChunkLayout.ready(job.spec(), job.compute()).bytes();
        List<Card> cards = new ArrayList<>();
        for (MachineRates ofCard : rates) {
            int rank = cards.size();
            TierUse use = ranks.get(rank).device();
            long held = RankBytes.frozenBlocks(ranked, rank, ranks.size());
            double seconds = TrainingPlanner.kernelSeconds(job, retention, ofCard);
            double flopsPerSecond = TrainingFlops.of(job).perToken(retention) * job.tokensPerStep() / seconds;
            cards.add(new Card(Math.max(0, use.budgetBytes() - use.bytes() + held), flopsPerSecond));
        }
        Division shards = new Divisions(cards, links.rates())
                .sharded(BlockDealer.layers(job, retention, block))
                .orElse(null);
        return new CardDivision(links, shards, dealt.orElse(null), faster(shards, dealt.orElse(null)));
    }

    private static Faster faster(@Nullable Division shards, @Nullable Division dealt) {
        if (dealt == null) {
            return shards == null ? Faster.NEITHER_FITS : Faster.SHARDS;
        }
        return shards != null && shards.secondsPerStep() <= dealt.secondsPerStep() ? Faster.SHARDS : Faster.LAYERS;
    }
}
