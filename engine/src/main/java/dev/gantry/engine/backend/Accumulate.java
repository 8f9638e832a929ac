package dev.gantry.engine.backend;

/// What a kernel does with the values already in its output.
public enum Accumulate {
    /// Replaces them.
    OVERWRITE,
    /// Adds to them.
    ADD
}
