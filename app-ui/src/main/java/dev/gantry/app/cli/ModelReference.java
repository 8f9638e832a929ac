package dev.gantry.app.cli;

import dev.gantry.app.library.Import;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.catalog.ModelEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
            return starter();
        }
        List<String> names = List.of();
        if (Files.isDirectory(home.catalog())) {
            try (Catalog catalog = Catalog.open(home, PATIENCE)) {
                Optional<ModelEntry> known = catalog.models().find(given);
                if (known.isPresent()) {
                    return present(known.get());
                }
                names = catalog.models().all().stream().map(ModelEntry::name).toList();
            }
        }
        throw GantryException.badInput(
                "MODEL-UNKNOWN",
                "cannot find the model " + given,
                "it is neither a folder nor the name of an imported model"
                        + (names.isEmpty() ? "" : "; imported are " + String.join(", ", names)),
                "give the folder that holds its config.json, or import it first with gantry import PATH");
    }

    /// The model that comes with the program, written out at first use and whenever it is not whole.
    private Path starter() throws IOException {
        Path folder = home.models().resolve(Import.STARTER);
        if (!Files.exists(folder.resolve("model.safetensors"))) {
            StarterModel.copyTo(folder);
        }
        return folder;
    }

    private static Path present(ModelEntry entry) {
        if (Files.isDirectory(entry.folder())) {
            return entry.folder();
        }
        throw GantryException.badInput(
                "REFERENCE-GONE",
                "cannot use the model " + entry.name(),
                "its folder " + entry.folder() + " is no longer there",
                "import it from where it is now, or forget it with gantry rm " + entry.name());
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
                "it is neither a folder nor the name of a run in " + home.runs(),
                "give the run's folder");
    }

    /// The adapter folder itself, or the best checkpoint of a run (the newest where none was judged best).
    static Path adapterFolder(Path given) throws IOException {
        if (Files.isRegularFile(given.resolve(AdapterConfigJson.FILE_NAME))) {
            return given;
        }
        return checkpoint(given).map(Checkpoint::folder).orElse(given);
    }

    /// The model in a run's best checkpoint when the run trained all parameters; empty when it trained an adapter.
    static Optional<Path> wholeModel(Path run) throws IOException {
        return checkpoint(run).map(found -> found.folder().resolve("model")).filter(Files::isDirectory);
    }

    /// The best checkpoint of a run, the newest where none was judged best.
    static Optional<Checkpoint> checkpoint(Path run) throws IOException {
        CheckpointStore store = new CheckpointStore(run);
        Optional<Checkpoint> best = store.best();
        return best.isPresent() ? best : store.newest();
    }
}
