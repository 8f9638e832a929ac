package dev.gantry.offload.plan;

import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.Tier;
import java.util.List;

/// Where a job's memory goes and how long it takes, before anything starts.
///
/// @param tiers memory by tier and use; tiers that nothing lies on are left out
/// @param step time of one optimizer step
/// @param moved what each step after the first copies to the device
/// @param tokensPerStep of the largest step
/// @param freeTokensPerStep tokens of a step from which on copying hides behind computing; 0 when nothing is copied
/// @param steps of the run
/// @param changes what would make a job fit that does not, best first
public record TrainingPlan(
        Placement placement,
        List<TierUse> tiers,
        StepTime step,
        MovedBytes moved,
        long tokensPerStep,
        long freeTokensPerStep,
        long steps,
        List<Change> changes) {

    public TrainingPlan {
        tiers = List.copyOf(tiers);
        changes = List.copyOf(changes);
    }

    /// Another way to run the job.
    ///
    /// @param what to change
    /// @param deviceBytes that the job takes then
    public record Change(String what, long deviceBytes, double tokensPerSecond) {}

    public Retention retention() {
        return placement.retention();
    }

    /// Memory on one tier.
    public TierUse tier(Tier tier) {
        return tiers.stream()
                .filter(use -> use.tier() == tier)
                .findFirst()
                .orElseGet(() -> new TierUse(tier, 0, List.of()));
    }

    public boolean fits() {
        return tiers.stream().allMatch(TierUse::fits);
    }

    public double tokensPerSecond() {
        return tokensPerStep / step.seconds();
    }

    /// Of the whole run.
    public double seconds() {
        return steps * step.seconds();
    }

    TrainingPlan with(List<Change> better) {
        return new TrainingPlan(placement, tiers, step, moved, tokensPerStep, freeTokensPerStep, steps, better);
    }
}
