package dev.gantry.app.export;

import dev.gantry.app.library.CatalogAccess;
import dev.gantry.app.library.Import;
import dev.gantry.app.library.StarterFolder;
import dev.gantry.engine.GantryException;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.catalog.ModelEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Finds base models by their folder or among those that were imported.
public record KnownBases(GantryHome home, CatalogAccess catalog) implements Exportable.Bases {
    @Override
    public Path folder(String given) throws IOException {
        Path path = Path.of(given);
        if (Files.isDirectory(path)) {
            return path;
        }
        if (given.equals(Import.STARTER)) {
            return StarterFolder.in(home);
        }
        // an adapter from elsewhere may name its base as a hub does: owner/name
        String last = String.valueOf(path.getFileName());
        Optional<Path> known = catalog.call(open ->
                open.models().find(given).or(() -> open.models().find(last)).map(ModelEntry::folder));
        return known.filter(Files::isDirectory)
                .orElseThrow(() -> GantryException.badInput(
                        "EXPORT-BASE-GONE",
                        "cannot find the model that this adapter belongs to",
                        "it was tuned on " + given + ", which is neither a folder nor one of your models",
                        "add that model's folder under the name " + last + ", then look again"));
    }
}
