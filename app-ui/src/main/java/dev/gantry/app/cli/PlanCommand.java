package dev.gantry.app.cli;

import dev.gantry.engine.pass.Retention;
import dev.gantry.lora.train.RunPlan;
import dev.gantry.lora.train.TrainingRun;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import dev.gantry.offload.plan.TrainingPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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

    PlanCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        TrainConfig settings = Training.settings(context, config);
        RunPlan plan = new TrainingRun(Training.environment(context)).plan(settings);
        if (json) {
            context.printJson(plan);
        } else {
            print(plan);
        }
        return plan.memory().fits() ? ExitCode.OK.value() : ExitCode.FAILED_CHECK.value();
    }

    private void print(RunPlan plan) {
        TrainingPlan memory = plan.memory();
        var out = context.out();
        out.printf(
                Locale.ROOT,
                "%s: %d steps of up to %d tokens%n",
                memory.fits() ? "fits" : "does not fit",
                plan.steps(),
                plan.tokensPerStep());
        out.printf(
                Locale.ROOT,
                "time     about %s at %.0f tokens/s, bound by computing%n",
                duration(memory.seconds()),
                memory.tokensPerSecond());
        out.printf("memory   %s of %s%n", Quantity.bytes(memory.peakBytes()), Quantity.bytes(memory.budgetBytes()));
        memory.uses().forEach(use -> out.printf("  %12s  %s%n", Quantity.bytes(use.bytes()), use.what()));
        out.printf("  %12s  %s%n", Quantity.bytes(memory.mappedBytes()), "weights read from their files");
        out.println("layers   "
                + (memory.retention() == Retention.EVERYTHING
                        ? "kept for the backward"
                        : "computed again in the backward, to save memory"));
        memory.advice().forEach(advice -> out.println("try      " + advice));
        out.println();
        out.print(TrainConfigJson.write(plan.config()));
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
