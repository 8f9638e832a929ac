package dev.gantry.offload.plan;

import dev.gantry.engine.collective.Carrier;
import dev.gantry.engine.collective.Collective;
import dev.gantry.engine.pass.BlockSpan;
import dev.gantry.offload.ranks.RankedJob;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What each rank of a job takes, and what crosses between them.
///
/// @param divided who computes what
/// @param ranks of each the memory of its device and its share of the work
/// @param betweenBytes that cross in every step that follows another, all ranks together, by what they cross for
/// @param carrier what it crosses by
/// @param division what links between cards carry, and what that means for a frozen model; null where that was not
///     measured or nothing is frozen
/// @param memory of the ranks together and of what they share, and the time of a step
public record RankPlan(
        RankedJob.Division divided,
        List<RankUse> ranks,
        Map<Collective, Long> betweenBytes,
        Carrier carrier,
        @Nullable CardDivision division,
        TrainingPlan memory) {

    public RankPlan {
        ranks = List.copyOf(ranks);
        betweenBytes = Map.copyOf(betweenBytes);
    }

    /// One rank.
    ///
    /// @param on what it computes on, as people write it
    /// @param microBatches of a step that it computes
    /// @param blocks that it computes of each of them
    public record RankUse(TierUse device, String on, int threads, int microBatches, BlockSpan blocks) {}

    public boolean fits() {
        return memory.fits() && ranks.stream().allMatch(rank -> rank.device().fits());
    }

    /// All that crosses between the ranks in a step.
    public long bytesBetween() {
        return betweenBytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
