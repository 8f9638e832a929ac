package dev.gantry.app.cli;

import dev.gantry.app.library.Import;
import dev.gantry.app.library.Import.FoundAdapter;
import dev.gantry.app.library.Import.FoundModel;
import dev.gantry.app.library.Import.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry import`: checks a model or adapter folder and remembers where it lies.
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Checks a Hugging Face model or PEFT adapter folder and remembers where it lies; copies nothing.")
final class ImportCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "PATH", description = "the folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path path;

    @Option(names = "--name", defaultValue = "", description = "the name to use for it; the folder's by default")
    private String name = "";

    @Option(
            names = "--trust-weights",
            description = "do not read the weights; they are read once otherwise, to find any that is no number")
    private boolean trustWeights;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    ImportCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        var found = new Import(Clock.systemUTC(), context.progress())
                .inspect(path, name, trustWeights ? Weights.TRUSTED : Weights.READ);
        try (var catalog = context.openCatalog()) {
            switch (found) {
                case FoundModel model -> catalog.models().put(model.entry());
                case FoundAdapter adapter -> catalog.adapters().put(adapter.entry());
            }
        }
        if (json) {
            context.printJson(found);
            return ExitCode.OK.value();
        }
        new FoundPrinter(context.out()).print(found);
        context.out().println("imported as " + found.name());
        return ExitCode.OK.value();
    }
}
