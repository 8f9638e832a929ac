package dev.gantry.app.cli;

import dev.gantry.offload.plan.RankPlan;
import dev.gantry.offload.plan.RankPlan.RankUse;
import dev.gantry.offload.plan.TierUse;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/// Prints what each rank of a plan takes and does, and what crosses between them.
final class RankPrinter {
    private RankPrinter() {}

    static void print(PrintWriter out, RankPlan plan) {
        out.printf("ranks    %d, zero %d%n", plan.ranks().size(), plan.zero().number());
        for (int rank = 0; rank < plan.ranks().size(); rank++) {
            RankUse use = plan.ranks().get(rank);
            TierUse device = use.device();
            out.printf(
                    "  rank %-7d %s, %s, %s a step%n",
                    rank,
                    TierPrinter.taken(device),
                    count(use.threads(), "thread"),
                    count(use.microBatches(), "micro-batch"));
            out.printf(
                    "               %s%n",
                    device.uses().stream()
                            .map(each -> each.what() + " " + Quantity.bytes(each.bytes()))
                            .collect(Collectors.joining(", ")));
        }
        out.printf(
                "between  %s a step: %s%n",
                Quantity.bytes(plan.bytesBetween()),
                plan.betweenBytes().entrySet().stream()
                        .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
                        .map(each -> each.getKey() + " " + Quantity.bytes(each.getValue()))
                        .collect(Collectors.joining(", ")));
    }

    private static String count(int number, String what) {
        return number == 1 ? "1 " + what : number + " " + what + (what.endsWith("h") ? "es" : "s");
    }
}
