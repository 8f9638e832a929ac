package dev.gantry.app.cli;

import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.plan.StepTime;
import dev.gantry.offload.plan.TierUse;
import java.io.PrintWriter;
import java.util.Locale;

/// What plans of all sorts say alike: what a tier of memory holds, and what is waited for.
final class TierPrinter {
    private TierPrinter() {}

    static void print(PrintWriter out, TierUse tier) {
        out.printf("%-8s %s%n", tier.tier().name().toLowerCase(Locale.ROOT), taken(tier));
        tier.uses().forEach(use -> out.printf("  %12s  %s%n", Quantity.bytes(use.bytes()), use.what()));
    }

    /// Such as `1.2 GiB of 4.0 GiB`.
    static String taken(TierUse tier) {
        return Quantity.bytes(tier.bytes()) + " of "
                + (tier.budgetBytes() == MemoryAccount.UNLIMITED ? "any" : Quantity.bytes(tier.budgetBytes()));
    }

    static String words(StepTime.Bound bound) {
        return switch (bound) {
            case COMPUTE -> "computing";
            case COPY -> "copies from host memory";
            case DISK -> "reading from the disk";
        };
    }
}
