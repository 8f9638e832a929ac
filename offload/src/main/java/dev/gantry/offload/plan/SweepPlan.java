package dev.gantry.offload.plan;

import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import java.util.List;

/// Where the weights of a model lie that whole batches are swept through.
///
/// @param weights where its blocks and its head lie
/// @param tiers memory by tier and use
/// @param moved what a sweep forward brings to the device
/// @param least the smallest budgets that work
public record SweepPlan(FrozenPlan weights, List<TierUse> tiers, SweepMoves moved, InferencePlan.Least least) {
    public SweepPlan {
        tiers = List.copyOf(tiers);
    }

    public TierUse tier(Tier tier) {
        return tiers.stream().filter(use -> use.tier() == tier).findFirst().orElseThrow();
    }

    public boolean fits() {
        return tiers.stream().allMatch(TierUse::fits);
    }
}
