package dev.gantry.app.cli;

import dev.gantry.app.library.Import;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.ModelEntry;
import dev.gantry.zoo.catalog.RunEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `gantry models`: what was imported, and whether it is still where it was.
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description =
                "Lists imported models and adapters, and the runs so far. The model called starter is always there.")
final class ModelsCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    /// @param state `ready`, or `missing` when the folder is gone
    record ListedModel(ModelEntry model, String state) {}

    /// @param state `ready`, or `missing` when the folder is gone
    record ListedAdapter(AdapterEntry adapter, String state) {}

    record Listing(List<ListedModel> models, List<ListedAdapter> adapters, List<RunEntry> runs) {}

    ModelsCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        Listing listing;
        try (var catalog = context.openCatalog()) {
            catalog.refreshRuns();
            listing = new Listing(
                    catalog.models().all().stream()
                            .map(model -> new ListedModel(model, state(model.folder())))
                            .toList(),
                    catalog.adapters().all().stream()
                            .map(adapter -> new ListedAdapter(adapter, state(adapter.folder())))
                            .toList(),
                    catalog.runs().all());
        }
        if (json) {
            context.printJson(listing);
        } else {
            print(listing);
        }
        return ExitCode.OK.value();
    }

    private static String state(Path folder) {
        return Files.isDirectory(folder) ? "ready" : "missing";
    }

    private void print(Listing listing) {
        var out = context.out();
        if (listing.models().isEmpty() && listing.adapters().isEmpty()) {
            out.println("Nothing is imported yet: gantry import PATH adds a model or an adapter. The model called "
                    + Import.STARTER + " comes with Gantry.");
        }
        for (var listed : listing.models()) {
            var model = listed.model();
            out.printf(
                    "%-24s %-8s %16s %-5s %10s  %-7s  %s%n",
                    model.name(),
                    model.family(),
                    Quantity.count(model.parameters()),
                    model.dtype(),
                    Quantity.bytes(model.bytes()),
                    listed.state(),
                    model.folder());
        }
        for (var listed : listing.adapters()) {
            var adapter = listed.adapter();
            out.printf(
                    "%-24s adapter, rank %d for %s  %s  %s%n",
                    adapter.name(), adapter.rank(), adapter.baseModel(), listed.state(), adapter.folder());
        }
        for (var run : listing.runs()) {
            out.printf("%-24s run, %s of %s  %s  %s%n", run.id(), run.stage(), run.model(), run.state(), run.folder());
        }
    }
}
