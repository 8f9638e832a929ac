package dev.gantry.offload.trainable;

/// The kinds of values that training all parameters keeps; each has its own homes.
public enum Kind {
    /// What kernels compute with: matrices in the compute type, the rest in f32.
    PARAMETER,
    /// f32 gradients, from the end of a block's backward until its update.
    GRADIENT,
    /// f32 values that updates add up in.
    MASTER,
    /// Adam's two f32 moments.
    MOMENTS
}
