package dev.gantry.offload.plan;

import dev.gantry.engine.collective.Collective;
import dev.gantry.offload.ranks.ZeroStage;
import java.util.List;
import java.util.Map;

/// What each rank of a job takes, and what crosses between them.
///
/// @param ranks of each the memory of its device and its share of the work
/// @param betweenBytes that cross in every step that follows another, all ranks together, by what they cross for
/// @param memory of the ranks together and of what they share, and the time of a step
public record RankPlan(ZeroStage zero, List<RankUse> ranks, Map<Collective, Long> betweenBytes, TrainingPlan memory) {

    public RankPlan {
        ranks = List.copyOf(ranks);
        betweenBytes = Map.copyOf(betweenBytes);
    }

    /// One rank.
    ///
    /// @param microBatches of a step that it computes
    public record RankUse(TierUse device, int threads, int microBatches) {}

    public boolean fits() {
        return memory.fits() && ranks.stream().allMatch(rank -> rank.device().fits());
    }

    /// All that crosses between the ranks in a step.
    public long bytesBetween() {
        return betweenBytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
