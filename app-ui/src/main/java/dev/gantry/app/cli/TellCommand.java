package dev.gantry.app.cli;

import dev.gantry.app.run.Runs;
import dev.gantry.lora.run.RunCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `gantry tell RUN WHAT`: what the window's buttons ask of a run that is going on.
@Command(
        name = "tell",
        mixinStandardHelpOptions = true,
        description =
                "Asks something of a run that is training, in whichever process. It is done after the step that is"
                        + " going on and never changes the run's numbers.")
final class TellCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "RUN", description = "a run's folder, or its name")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String run;

    @Parameters(
            paramLabel = "WHAT",
            description = "pause (saves first), resume, stop (saves, then ends), sample (answers the questions now) or"
                    + " save (a checkpoint that is kept)")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private RunCommand what;

    TellCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = new ModelReference(context.home()).run(run);
        Runs.tell(folder, what);
        return ExitCode.OK.value();
    }
}
