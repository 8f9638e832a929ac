package dev.gantry.app.cli;

import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.plan.InferencePlan;
import dev.gantry.offload.plan.InferencePlan.Phase;
import dev.gantry.offload.plan.TierUse;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/// How a model that answers lies in memory and how fast it is, for people and for scripts.
///
/// @param tiers memory by tier and use
/// @param leastDeviceBytes smallest device that works, beside `leastHostBytes`
/// @param fittingContextTokens longest conversation, by halves of what was asked, that fits; 0 when none does
record InferencePlanReport(
        boolean fits,
        int contextTokens,
        FrozenPlan weights,
        Tier keyValueCache,
        List<TierUse> tiers,
        Speed decode,
        Speed prefill,
        long leastDeviceBytes,
        long leastHostBytes,
        int fittingContextTokens) {

    /// Predicted speed of decoding or prefill, and what is brought to the device for it.
    record Speed(
            double tokensPerSecond,
            String bound,
            double movedBlocks,
            double movedHeadBlocks,
            double movedHostBytes,
            double movedDiskBytes) {
        static Speed of(Phase phase) {
            return new Speed(
                    phase.tokensPerSecond(),
                    phase.time().bound().name().toLowerCase(Locale.ROOT),
                    phase.moved().blocks(),
                    phase.moved().headBlocks(),
                    phase.moved().hostBytes(),
                    phase.moved().diskBytes());
        }
    }

    static InferencePlanReport of(InferencePlan plan) {
        return new InferencePlanReport(
                plan.fits(),
                plan.job().capacity(),
                plan.weights(),
                plan.cache(),
                plan.tiers(),
                Speed.of(plan.decode()),
                Speed.of(plan.prefill()),
                plan.least().deviceBytes(),
                plan.least().hostBytes(),
                plan.fittingCapacity());
    }

    /// Where blocks, head and cache lie, in a line.
    static String layout(InferencePlan plan) {
        FrozenPlan weights = plan.weights();
        return String.format(
                Locale.ROOT,
                "blocks   %d on the device, %d in host memory, %d in the model's files; head %s, keys and values %s",
                weights.count(Tier.DEVICE),
                weights.count(Tier.HOST),
                weights.count(Tier.DISK),
                place(weights.head().home()),
                place(plan.cache()));
    }

    private static String place(Tier tier) {
        return switch (tier) {
            case DEVICE -> "on the device";
            case HOST -> "in host memory";
            case DISK -> "in the model's files";
        };
    }

    static void print(PrintWriter out, InferencePlan plan) {
        out.printf(
                Locale.ROOT,
                "%s: conversations of up to %d tokens%n",
                plan.fits() ? "fits" : "does not fit",
                plan.job().capacity());
        plan.tiers().forEach(tier -> TierPrinter.print(out, tier));
        out.println(layout(plan));
        print(out, "decode", plan.decode());
        print(out, "prefill", plan.prefill());
        out.printf(
                "least    %s of device memory and %s of host memory%n",
                Quantity.bytes(plan.least().deviceBytes()),
                Quantity.bytes(plan.least().hostBytes()));
        if (!plan.fits() && plan.fittingCapacity() > 0) {
            out.printf("try      --context %d%n", plan.fittingCapacity());
        }
    }

    private static void print(PrintWriter out, String what, Phase phase) {
        out.printf(
                Locale.ROOT,
                "%-8s about %.1f tokens/s, bound by %s; %s copied and %s read for %d tokens%n",
                what,
                phase.tokensPerSecond(),
                TierPrinter.words(phase.time().bound()),
                Quantity.bytes((long) phase.moved().hostBytes()),
                Quantity.bytes((long) phase.moved().diskBytes()),
                phase.tokens());
    }
}
