package dev.gantry.zoo.catalog;

import java.nio.file.Path;
import java.time.Instant;

/// Entries for the tests of this package.
final class Entries {
    private Entries() {}

    static ModelEntry model(String name) {
        return new ModelEntry(
                name, Path.of("/models", name), "llama", 1_000_000, "bf16", 2_000_000, Instant.ofEpochMilli(1_700_000));
    }
}
