package dev.gantry.app.cli;

import dev.gantry.lora.train.RunReport;
import dev.gantry.lora.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry resume RUN`: goes on from the newest checkpoint, to the same bits as if the run had never stopped.
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Continues a run that was stopped or killed, from its newest checkpoint.")
final class ResumeCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "RUN", description = "a run's folder, or its name")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String run;

    @Option(names = "--json", description = "print one JSON object at the end")
    private boolean json;

    @Mixin
    private final DeviceOption device = new DeviceOption();

    @Mixin
    private final MemoryOptions memory = new MemoryOptions();

    @Mixin
    private final RankOptions ranks = new RankOptions();

    ResumeCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = new ModelReference(context.home()).run(run);
        RunReport report = new TrainingRun(Training.environment(context))
                .resume(folder, machine -> device.in(ranks.in(memory.in(machine))));
        return Training.finish(context, folder, report, json ? Training.Format.JSON : Training.Format.TEXT);
    }
}
