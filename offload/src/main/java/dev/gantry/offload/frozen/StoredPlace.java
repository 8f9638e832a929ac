package dev.gantry.offload.frozen;

import java.nio.file.Path;

/// Where a checkpoint file holds the elements of a parameter, as they lie in its tensor.
///
/// @param offset of the first byte in the file; need not be aligned to anything
public record StoredPlace(Path file, long offset) {
    public StoredPlace {
        if (offset < 0) {
            throw new IllegalArgumentException("offset " + offset + " in " + file);
        }
    }
}
