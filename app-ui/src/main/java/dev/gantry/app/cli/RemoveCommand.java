package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.ModelEntry;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `gantry rm`: forgets an imported model or adapter.
@Command(
        name = "rm",
        mixinStandardHelpOptions = true,
        description = "Forgets an imported model or adapter; its files stay where they are.")
final class RemoveCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "NAME", description = "as gantry models lists it")
    private String name = "";

    RemoveCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (var catalog = context.openCatalog()) {
            boolean removed =
                    catalog.models().remove(name) || catalog.adapters().remove(name);
            if (!removed) {
                List<String> names = Stream.concat(
                                catalog.models().all().stream().map(ModelEntry::name),
                                catalog.adapters().all().stream().map(AdapterEntry::name))
                        .toList();
                throw GantryException.badInput(
                        "UNKNOWN-NAME",
                        "cannot forget " + name,
                        "no model or adapter was imported under that name",
                        NearNames.question(name, names) + "gantry models lists the names");
            }
        }
        context.out().println("forgot " + name + "; its files are untouched");
        return ExitCode.OK.value();
    }
}
