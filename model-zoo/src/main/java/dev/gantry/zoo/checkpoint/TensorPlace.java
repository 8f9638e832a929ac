package dev.gantry.zoo.checkpoint;

import java.nio.file.Path;

/// Where a file holds the elements of a tensor, byte for byte in order.
///
/// @param offset of the first byte; need not be aligned to anything
public record TensorPlace(Path file, long offset) {}
