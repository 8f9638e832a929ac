package dev.gantry.app.library;

import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.RunJson;
import dev.gantry.lora.starter.PersonaGus;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.lora.train.config.TrainConfigJson;
import dev.gantry.zoo.catalog.DatasetEntry;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The data files that were checked, by reference, each with what was chosen for it.
///
/// The catalog knows the file; a small file in the home folder holds the choices as the section of a run's settings
/// that they become. Calls wait for the disk.
public final class DataShelf {
    private final GantryHome home;
    private final CatalogAccess catalog;

    public DataShelf(GantryHome home, CatalogAccess catalog) {
        this.home = home;
        this.catalog = catalog;
    }

    /// @param choices with the file as their path
    /// @param isThere whether the file is still where it was
    public record Remembered(DatasetEntry entry, DataSection choices, boolean isThere) {}

    /// Everything remembered, by name.
    public List<Remembered> all() throws IOException {
        List<Remembered> all = new ArrayList<>();
        for (DatasetEntry entry : catalog.call(open -> open.datasets().all())) {
            all.add(new Remembered(entry, choices(entry), Files.isRegularFile(entry.file())));
        }
        return all;
    }

    private DataSection choices(DatasetEntry entry) throws IOException {
        Path file = choicesFile(entry.name());
        if (!Files.isRegularFile(file)) {
            return DataSection.of(entry.file().toString());
        }
        DataSection saved = TrainConfigJson.read(file, DataSection.class);
        // another file may have taken the name in a terminal
        return Path.of(saved.path()).equals(entry.file())
                ? saved
                : DataSection.of(entry.file().toString());
    }

    /// Remembers a file, in place of another one of that name.
    public void put(DatasetEntry entry, DataSection choices) throws IOException {
        Path file = choicesFile(entry.name());
        Files.createDirectories(file.resolveSibling("."));
        DurableFiles.write(file, RunJson.PRETTY.writeValueAsString(choices) + "\n");
        catalog.call(open -> {
            open.datasets().put(entry);
            return true;
        });
    }

    /// Forgets a file and its choices; the file itself stays.
    public void forget(String name) throws IOException {
        catalog.call(open -> open.datasets().remove(name));
        Files.deleteIfExists(choicesFile(name));
    }

    private Path choicesFile(String name) {
        return home.folder().resolve("datasets").resolve(name.replaceAll("[^\\p{L}\\p{N}._-]", "_") + ".json");
    }

    /// The bundled rows, written out at first use.
    public Path sample() throws IOException {
        Path file = home.folder().resolve("data").resolve(PersonaGus.FILE_NAME);
        if (!Files.exists(file)) {
            Files.createDirectories(file.resolveSibling("."));
            PersonaGus.copyTo(file);
        }
        return file;
    }
}
