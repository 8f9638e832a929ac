package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.catalog.ModelEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Finds what a user means by a model, an adapter or a run: a folder, or a name that Gantry knows.
record ModelReference(GantryHome home) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// The folder of a model given as a path or under the name it was imported with.
    Path folder(String given) {
        Path path = Path.of(given);
        if (Files.isDirectory(path)) {
            return path;
        }
        if (Files.isDirectory(home.catalog())) {
            try (Catalog catalog = Catalog.open(home, PATIENCE)) {
                Optional<ModelEntry> known = catalog.models().find(given);
                if (known.isPresent()) {
                    return known.get().folder();
                }
            }
        }
        throw GantryException.badInput(
                "MODEL-UNKNOWN",
                "cannot find the model " + given,
                "it is neither a folder nor the name of an imported model",
                "give the folder that holds its config.json, or see gantry models");
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

    /// The best checkpoint of a run, the newest where none was judged best.
    static Optional<Checkpoint> checkpoint(Path run) throws IOException {
        CheckpointStore store = new CheckpointStore(run);
        Optional<Checkpoint> best = store.best();
        return best.isPresent() ? best : store.newest();
    }
}
