package dev.gantry.lora.memory;

import dev.gantry.engine.GantryException;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.InferencePlan;
import dev.gantry.offload.plan.SweepPlan;
import dev.gantry.offload.plan.TierUse;
import java.util.Locale;

/// What is said to a user whose limits of memory are too tight.
final class TooLittleMemory {
    private static final double MIB = 1 << 20;

    private TooLittleMemory() {}

    static GantryException forAnswering(InferencePlan plan) {
        String shorter = plan.fittingCapacity() == 0
                ? ""
                : ", or keep conversations within " + plan.fittingCapacity() + " tokens (--context "
                        + plan.fittingCapacity() + ")";
        String room = "with room for " + plan.job().sequences() * plan.job().capacity() + " tokens";
        return refused(room, plan.least(), plan.tier(Tier.DEVICE), plan.tier(Tier.HOST), shorter);
    }

    static GantryException forSweeping(SweepPlan plan) {
        return refused("for its batches", plan.least(), plan.tier(Tier.DEVICE), plan.tier(Tier.HOST), "");
    }

    private static GantryException refused(
            String what, InferencePlan.Least least, TierUse device, TierUse host, String otherwise) {
        return GantryException.environment(
                "MEMORY-BUDGET",
                "the model does not fit its memory",
                String.format(
                        Locale.ROOT,
                        "%s it takes at least %s of device memory and %s of host memory, and may take %s and %s",
                        what,
                        mebibytes(least.deviceBytes()),
                        mebibytes(least.hostBytes()),
                        mebibytes(device),
                        mebibytes(host)),
                "Give it that much (--device-memory, --host-memory)" + otherwise + ".");
    }

    private static String mebibytes(TierUse tier) {
        return tier.budgetBytes() == Long.MAX_VALUE ? "any" : mebibytes(tier.budgetBytes());
    }

    /// Rounded up, so that what is written is enough.
    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f MiB", Math.ceil(bytes / MIB * 100) / 100);
    }
}
