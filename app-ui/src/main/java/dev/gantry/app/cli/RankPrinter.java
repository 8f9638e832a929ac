package dev.gantry.app.cli;

import dev.gantry.engine.collective.Carrier;
import dev.gantry.engine.collective.Links;
import dev.gantry.engine.pass.BlockSpan;
import dev.gantry.offload.cards.Division;
import dev.gantry.offload.plan.CardDivision;
import dev.gantry.offload.plan.RankPlan;
import dev.gantry.offload.plan.RankPlan.RankUse;
import dev.gantry.offload.plan.TierUse;
import dev.gantry.offload.ranks.RankedJob;
import dev.gantry.offload.ranks.ZeroStage;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Prints what each rank of a plan takes and does, and what crosses between them.
final class RankPrinter {
    private RankPrinter() {}

    static void print(PrintWriter out, RankPlan plan) {
        out.printf(
                "ranks    %d, %s%n",
                plan.ranks().size(),
                switch (plan.divided()) {
                    case RankedJob.Division.ByMicroBatches(ZeroStage zero) -> "zero " + zero.number();
                    case RankedJob.Division.ByBlocks _ -> "blocks dealt whole";
                });
        for (int rank = 0; rank < plan.ranks().size(); rank++) {
            RankUse use = plan.ranks().get(rank);
            TierUse device = use.device();
            out.printf(
                    "  rank %-7d %s, %s, %s a step%n",
                    rank,
                    TierPrinter.taken(device),
                    plan.carrier() == Carrier.MEMORY ? count(use.threads(), "thread") : use.on(),
                    work(plan.divided(), use));
            out.printf(
                    "               %s%n",
                    device.uses().stream()
                            .map(each -> each.what() + " " + Quantity.bytes(each.bytes()))
                            .collect(Collectors.joining(", ")));
        }
        out.printf(
                "between  %s a step by %s: %s%n",
                Quantity.bytes(plan.bytesBetween()),
                plan.carrier().words(),
                plan.betweenBytes().entrySet().stream()
                        .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
                        .map(each -> each.getKey() + " " + Quantity.bytes(each.getValue()))
                        .collect(Collectors.joining(", ")));
        if (plan.division() != null) {
            print(out, plan.division());
        }
    }

    private static String work(RankedJob.Division division, RankUse use) {
        return switch (division) {
            case RankedJob.Division.ByMicroBatches _ -> count(use.microBatches(), "micro-batch");
            case RankedJob.Division.ByBlocks _ ->
                blocks(use.blocks()) + " of " + count(use.microBatches(), "micro-batch");
        };
    }

    private static String blocks(BlockSpan span) {
        return span.count() == 1 ? "block " + span.first() : "blocks " + span.first() + " to " + (span.end() - 1);
    }

    private static void print(PrintWriter out, CardDivision division) {
        out.println("links    " + words(division.links()));
        String faster = switch (division.faster()) {
            case SHARDS -> "shares of every block (zero 3) are the faster";
            case LAYERS -> "dealt blocks are the faster";
            case NEITHER_FITS -> "the cards hold the frozen blocks in neither way";
        };
        out.printf(
                "divided  zero 3 %s; blocks dealt %s: %s%n",
                words(division.shards()), words(division.layers()), faster);
    }

    private static String words(@Nullable Division division) {
        return switch (division) {
            case null -> "does not fit";
            case Division.Sharded(double seconds) -> seconds(seconds);
            case Division.Dealt(List<Integer> layers, double seconds) ->
                layers.stream().map(String::valueOf).collect(Collectors.joining(" + ")) + " " + seconds(seconds);
        };
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "about %.3g s a step", seconds);
    }

    /// The slowest and the fastest link.
    static String words(Links links) {
        return Quantity.bytes((long) links.slowest()) + "/s to " + Quantity.bytes((long) links.fastest())
                + "/s from card to card";
    }

    private static String count(int number, String what) {
        return number == 1 ? "1 " + what : number + " " + what + (what.endsWith("h") ? "es" : "s");
    }
}
