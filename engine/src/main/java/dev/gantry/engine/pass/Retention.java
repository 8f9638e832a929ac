package dev.gantry.engine.pass;

/// What the forward keeps for the backward. A choice of memory against time, never of numbers: what is missing is
/// computed again by the same kernels from the same inputs.
public enum Retention {
    /// Everything the backward reads.
    EVERYTHING,
    /// Only the input of each layer; the layer is computed again before its backward.
    BOUNDARY
}
