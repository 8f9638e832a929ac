package dev.gantry.app.cli;

import dev.gantry.app.run.RunNames;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.train.RunReport;
import dev.gantry.lora.train.TrainingRun;
import dev.gantry.lora.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry train CONFIG`: a run of any stage from its settings.
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description =
                "Trains as CONFIG says (JSON, see docs/training.md): an adapter, all parameters, or from nothing.")
final class TrainCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "CONFIG", description = "settings of the run; paths in it are relative to its folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path config;

    @Option(names = "--run", paramLabel = "DIR", description = "folder of the run (default: a new one in the home)")
    private @Nullable Path run;

    @Option(names = "--json", description = "print one JSON object at the end")
    private boolean json;

    @Mixin
    private final DeviceOption device = new DeviceOption();

    @Mixin
    private final MemoryOptions memory = new MemoryOptions();

    @Mixin
    private final RankOptions ranks = new RankOptions();

    TrainCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        TrainConfig settings = device.in(ranks.in(memory.in(Training.settings(context, config))));
        Path folder = run != null ? run : RunNames.next(context.home().runs(), settings.stage());
        if (!json) {
            context.out().println("run " + folder);
            context.out().flush();
        }
        RunReport report = new TrainingRun(Training.environment(context)).start(settings, folder);
        return Training.finish(context, folder, report, json ? Training.Format.JSON : Training.Format.TEXT);
    }

    /// Says which run a stopped training can be resumed from.
    static GantryException stopped(Path folder) {
        return GantryException.cancelled(
                "the run " + folder + " was stopped", "continue it with gantry resume " + folder);
    }
}
