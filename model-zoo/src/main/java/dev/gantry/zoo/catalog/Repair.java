package dev.gantry.zoo.catalog;

import java.nio.file.Path;

/// What was done about a damaged catalog file.
///
/// @param damagedFile where the damaged file lies now
public record Repair(Path damagedFile, int models, int adapters, int datasets, int runs) {}
