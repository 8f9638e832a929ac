package dev.gantry.zoo.catalog;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A data file the user pointed to, as it was when it was checked.
public record DatasetEntry(String name, Path file, String format, long rows, Instant added) {
    public DatasetEntry {
        file = file.toAbsolutePath().normalize();
        added = added.truncatedTo(ChronoUnit.MILLIS);
    }
}
