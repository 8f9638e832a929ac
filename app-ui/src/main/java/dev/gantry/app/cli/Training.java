package dev.gantry.app.cli;

import dev.gantry.app.machine.MachineProbe;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.train.RunReport;
import dev.gantry.lora.train.TrainingEnvironment;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;

/// What `train`, `resume` and `demo` share: the surroundings of a run and how its end is told.
final class Training {
    /// Memory left to everything else on the machine.
    private static final double MEMORY_SHARE = 0.85;

    private Training() {}

    /// How a result is written.
    enum Format {
        TEXT,
        JSON
    }

    static TrainingEnvironment environment(CliContext context) throws IOException {
        long available = new MachineProbe().memory().availableBytes();
        return new TrainingEnvironment(
                GantryVersion.current(),
                context.home().cache().resolve("tokens"),
                (long) (available * MEMORY_SHARE),
                context.progress(),
                Clock.systemUTC(),
                context.devices());
    }

    /// The settings in `file`; paths in them are relative to its folder, and a model may also be named.
    static TrainConfig settings(CliContext context, Path file) throws IOException {
        TrainConfig written = TrainConfigJson.read(file);
        Path folder = file.toAbsolutePath().resolveSibling(".").normalize();
        if (Files.isDirectory(folder.resolve(written.model()))) {
            return written.relativeTo(folder);
        }
        Path named = new ModelReference(context.home()).folder(written.model());
        return written.withModel(named.toAbsolutePath().toString()).relativeTo(folder);
    }

    /// Tells the outcome; a run that was stopped ends with the code of a cancelled command.
    static int finish(CliContext context, Path folder, RunReport report, Format format) {
        switch (format) {
            case JSON -> context.printJson(report);
            case TEXT -> print(context, folder, report);
        }
        if (report.state() == RunState.STOPPED) {
            throw TrainCommand.stopped(folder);
        }
        return ExitCode.OK.value();
    }

    private static void print(CliContext context, Path folder, RunReport report) {
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s after %d of %d steps, %.0f tokens/s%n",
                        report.state().name().toLowerCase(Locale.ROOT),
                        report.steps(),
                        report.plannedSteps(),
                        report.tokensPerSecond());
        Long skipped = report.skippedSteps();
        if (skipped != null && skipped > 0) {
            context.out().printf(Locale.ROOT, "%d steps skipped, whose gradients did not fit f16%n", skipped);
        }
        Double before = report.initialEvalLoss();
        Double best = report.bestEvalLoss();
        if (before != null && best != null) {
            context.out().printf(Locale.ROOT, "loss on held-back rows: %.3f before, %.3f at best%n", before, best);
        }
        String checkpoint = report.bestCheckpoint() != null ? report.bestCheckpoint() : report.lastCheckpoint();
        if (checkpoint != null) {
            context.out().println("checkpoint " + folder.resolve(checkpoint));
        }
    }
}
