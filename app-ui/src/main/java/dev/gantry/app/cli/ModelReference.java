package dev.gantry.app.cli;

import dev.gantry.app.library.Import;
import dev.gantry.app.library.RunResult;
import dev.gantry.app.library.StarterFolder;
import dev.gantry.engine.GantryException;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.catalog.ModelEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds what a user means by a model, an adapter or a run: a folder, or a name that Gantry knows.
record ModelReference(GantryHome home) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// The folder of a model given as a path, under the name it was imported with, or as `starter`.
    Path folder(String given) throws IOException {
        Path path = Path.of(given);
        if (Files.isDirectory(path)) {
            return path;
        }
        if (given.equals(Import.STARTER)) {
            return StarterFolder.in(home);
        }
        Map<String, Path> known = imported(catalog -> folders(catalog.models().all()));
        Path folder = known.get(given);
        if (folder != null) {
            return present(given, folder);
        }
        List<String> names = Stream.concat(Stream.of(Import.STARTER), known.keySet().stream())
                .toList();
        throw GantryException.badInput(
                "MODEL-UNKNOWN",
                "cannot find the model " + given,
                Files.exists(path)
                        ? "it is a file: a model is a folder that holds a config.json"
                        : "it is neither a folder nor one of the models " + String.join(", ", names),
                NearNames.question(given, names)
                        + "give the folder that holds its config.json, or import it first with gantry import PATH");
    }

    private static Map<String, Path> folders(List<ModelEntry> models) {
        return models.stream().collect(Collectors.toMap(ModelEntry::name, ModelEntry::folder));
    }

    private Map<String, Path> imported(Function<Catalog, Map<String, Path>> list) {
        if (!Files.isDirectory(home.catalog())) {
            return Map.of();
        }
        try (Catalog catalog = Catalog.open(home, PATIENCE)) {
            return list.apply(catalog);
        }
    }

    private static Path present(String name, Path folder) {
        if (Files.isDirectory(folder)) {
            return folder;
        }
        throw GantryException.badInput(
                "REFERENCE-GONE",
                "cannot use " + name,
                "its folder " + folder + " is no longer there",
                "import it from where it is now, or forget it with gantry rm " + name);
    }

    /// The folder of a run given as a path or by its name under the home folder.
    Path run(String given) {
        Path path = Path.of(given);
        if (Files.isDirectory(path)) {
            return path;
        }
        Path under = home.runs().resolve(given);
        if (Files.isDirectory(under)) {
            return under;
        }
        throw GantryException.badInput(
                "RUN-UNKNOWN",
                "cannot find the run " + given,
                Files.exists(path)
                        ? "it is a file: a run is a folder"
                        : "it is neither a folder nor the name of a run in " + home.runs(),
                NearNames.question(given, runNames()) + "gantry models lists the runs; or give the run's folder");
    }

    private List<String> runNames() {
        if (!Files.isDirectory(home.runs())) {
            return List.of();
        }
        try (Stream<Path> runs = Files.list(home.runs())) {
            return runs.map(run -> String.valueOf(run.getFileName())).toList();
        } catch (IOException _) {
            // only a hint is lost
            return List.of();
        }
    }

    /// The PEFT folder of an adapter given as a folder, as a run, or under the name it was imported with.
    Path adapter(String given) throws IOException {
        Path path = Path.of(given);
        Path run = home.runs().resolve(given);
        if (Files.isDirectory(path)) {
            return RunResult.adapter(path);
        }
        if (Files.isDirectory(run)) {
            return RunResult.adapter(run);
        }
        Map<String, Path> known = imported(catalog ->
                catalog.adapters().all().stream().collect(Collectors.toMap(AdapterEntry::name, AdapterEntry::folder)));
        Path folder = known.get(given);
        if (folder != null) {
            return present(given, folder);
        }
        List<String> names =
                Stream.concat(known.keySet().stream(), runNames().stream()).toList();
        throw GantryException.badInput(
                "ADAPTER-UNKNOWN",
                "cannot find the adapter " + given,
                "it is neither a folder, nor a run, nor the name of an imported adapter",
                NearNames.question(given, names) + "gantry models lists the adapters and runs");
    }
}
