package dev.gantry.zoo.catalog;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A model the user pointed to; its files stay where they are.
///
/// @param parameters how many numbers the model has
/// @param bytes the size of its weight files
public record ModelEntry(
        String name, Path folder, String family, long parameters, String dtype, long bytes, Instant imported) {
    public ModelEntry {
        folder = folder.toAbsolutePath().normalize();
        imported = imported.truncatedTo(ChronoUnit.MILLIS);
    }
}
