package dev.gantry.app.cli;

import dev.gantry.lora.starter.StarterSources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `gantry starter DIR`: what the bundled starter model was made from.
@Command(
        name = "starter",
        mixinStandardHelpOptions = true,
        description = "Writes the texts, tokenizer and settings that the bundled starter model was pre-trained from,"
                + " and the rows that the demo tunes it on.")
final class StarterCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "DIR", description = "folder to write to (about 65 MB)")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    StarterCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        context.err().println("writing texts, about 15 seconds");
        context.err().flush();
        Path settings = StarterSources.writeTo(folder);
        context.out().println("wrote " + folder);
        context.out().println("make the model again with: gantry train " + settings);
        return ExitCode.OK.value();
    }
}
