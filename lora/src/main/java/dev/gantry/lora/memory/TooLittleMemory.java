package dev.gantry.lora.memory;

import dev.gantry.engine.GantryException;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.InferencePlan;
import dev.gantry.offload.plan.TierUse;
import java.util.Locale;

/// What is said to a user whose limits of memory are too tight.
final class TooLittleMemory {
    private static final double MIB = 1 << 20;

    private TooLittleMemory() {}

    static GantryException forAnswering(InferencePlan plan) {
        InferencePlan.Least least = plan.least();
        String shorter = plan.fittingCapacity() == 0
                ? ""
                : ", or keep conversations within " + plan.fittingCapacity() + " tokens (--context "
                        + plan.fittingCapacity() + ")";
        return GantryException.environment(
                "MEMORY-BUDGET",
                "the model does not fit its memory",
                String.format(
                        Locale.ROOT,
                        "with room for %d tokens it takes at least %s of device memory and %s of host memory, and may"
                                + " take %s and %s",
                        plan.job().sequences() * plan.job().capacity(),
                        mebibytes(least.deviceBytes()),
                        mebibytes(least.hostBytes()),
                        mebibytes(plan.tier(Tier.DEVICE)),
                        mebibytes(plan.tier(Tier.HOST))),
                "Give it that much (--device-memory, --host-memory)" + shorter + ".");
    }

    private static String mebibytes(TierUse tier) {
        return tier.budgetBytes() == Long.MAX_VALUE ? "any" : mebibytes(tier.budgetBytes());
    }

    /// Rounded up, so that what is written is enough.
    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f MiB", Math.ceil(bytes / MIB * 100) / 100);
    }
}
