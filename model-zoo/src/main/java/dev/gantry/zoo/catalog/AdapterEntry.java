package dev.gantry.zoo.catalog;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A PEFT adapter folder and the model it belongs to.
public record AdapterEntry(String name, Path folder, String baseModel, int rank, Instant made) {
    public AdapterEntry {
        folder = folder.toAbsolutePath().normalize();
        made = made.truncatedTo(ChronoUnit.MILLIS);
    }
}
