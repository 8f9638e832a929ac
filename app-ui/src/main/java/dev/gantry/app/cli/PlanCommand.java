package dev.gantry.app.cli;

import dev.gantry.engine.pass.Retention;
import dev.gantry.lora.train.RunPlan;
import dev.gantry.lora.train.TrainingRun;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import dev.gantry.offload.Tier;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.TrainingPlan;
import dev.gantry.offload.trainable.Kind;
import dev.gantry.offload.trainable.TrainablePlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry plan CONFIG`: whether a run fits, how long it takes and why, before it starts.
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Says what a run would take: memory by use, steps, tokens a second, time. Starts nothing.")
final class PlanCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "CONFIG", description = "settings of the run, as for gantry train")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path config;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Mixin
    private final DeviceOption device = new DeviceOption();

    @Mixin
    private final MemoryOptions memory = new MemoryOptions();

    @Mixin
    private final RankOptions ranks = new RankOptions();

    PlanCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        TrainConfig settings = device.in(ranks.in(memory.in(Training.settings(context, config))));
        RunPlan plan = new TrainingRun(Training.environment(context)).plan(settings);
        if (json) {
            context.printJson(plan);
        } else {
            print(plan);
        }
        return plan.fits() ? ExitCode.OK.value() : ExitCode.FAILED_CHECK.value();
    }

    private void print(RunPlan plan) {
        TrainingPlan layout = plan.memory();
        var out = context.out();
        out.printf(
                Locale.ROOT,
                "%s: %d steps of up to %d tokens%n",
                plan.fits() ? "fits" : "does not fit",
                plan.steps(),
                plan.tokensPerStep());
        out.printf(
                Locale.ROOT,
                "time     about %s at %.0f tokens/s, bound by %s%n",
                duration(layout.seconds()),
                layout.tokensPerSecond(),
                TierPrinter.words(layout.step().bound()));
        layout.tiers().forEach(tier -> TierPrinter.print(out, tier));
        if (plan.ranks() != null) {
            RankPrinter.print(out, plan.ranks());
        }
        out.println("layers   "
                + (layout.retention() == Retention.EVERYTHING
                        ? "kept for the backward"
                        : "computed again in the backward, to save memory"));
        if (layout.placement().weights() instanceof Placement.Weights.Tiered(FrozenPlan blocks, BoundaryPlan stream)) {
            out.printf(
                    "blocks   %d on the device, %d in host memory, %d in the model's files; %d pass through%n",
                    blocks.count(Tier.DEVICE), blocks.count(Tier.HOST), blocks.count(Tier.DISK), blocks.slots());
            out.printf(
                    "copies   %d blocks a step; hidden from %d tokens a step on%n",
                    layout.moved().blocks(), layout.freeTokensPerStep());
            if (blocks.head().home() != Tier.DEVICE) {
                out.printf(
                        "head     in %s; passes through in %d blocks a step%n",
                        blocks.head().home() == Tier.HOST ? "host memory" : "the model's files",
                        layout.moved().head().blocks());
            }
            if (stream.leavesDevice()) {
                print(out, stream);
            }
        }
        if (layout.placement().weights()
                instanceof Placement.Weights.Trained(TrainablePlan values, BoundaryPlan stream)) {
            print(out, values);
            print(out, stream);
        }
        layout.changes()
                .forEach(change -> out.printf(
                        Locale.ROOT,
                        "try      %s: %s, %.0f tokens/s%n",
                        change.what(),
                        Quantity.bytes(change.deviceBytes()),
                        change.tokensPerSecond()));
        out.println();
        out.print(TrainConfigJson.write(plan.config()));
    }

    private static void print(PrintWriter out, BoundaryPlan stream) {
        out.printf(
                "stream   %d of %d on the device, %d in host memory, %d on disk%n",
                stream.count(Tier.DEVICE), stream.homes().size(), stream.count(Tier.HOST), stream.count(Tier.DISK));
    }

    private static void print(PrintWriter out, TrainablePlan values) {
        for (Kind kind : Kind.values()) {
            out.printf(
                    "%-8s %d of %d on the device, %d in host memory, %d on disk%n",
                    switch (kind) {
                        case PARAMETER -> "weights";
                        case GRADIENT -> "grads";
                        case MASTER -> "masters";
                        case MOMENTS -> "moments";
                    },
                    values.count(kind, Tier.DEVICE),
                    values.homes(kind).size(),
                    values.count(kind, Tier.HOST),
                    values.count(kind, Tier.DISK));
        }
    }

    private static String duration(double seconds) {
        Duration duration = Duration.ofSeconds(Math.max(1, Math.round(seconds)));
        return duration.toHours() > 0
                ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
                : duration.toMinutes() > 0
                        ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
                        : duration.toSeconds() + " s";
    }
}
