package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.TrainingPlan;

/// Holds what plans say of memory against what was taken.
final class PlannedPeaks {
    private static final double TOLERANCE = 0.05;

    private PlannedPeaks() {}

    static void assertPeak(TrainingPlan plan, Tier tier, MemoryAccount account) {
        double peak = account.peakBytes();
        assertThat((double) plan.tier(tier).bytes())
                .as("%s of %s", tier, plan)
                .isBetween((1 - TOLERANCE) * peak, (1 + TOLERANCE) * peak);
        assertThat(account.peakBytes()).isLessThanOrEqualTo(account.budgetBytes());
    }
}
