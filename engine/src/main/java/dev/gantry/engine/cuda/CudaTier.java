package dev.gantry.engine.cuda;

/// What can be done with the cards of this machine; each step needs the ones before it.
public enum CudaTier {
    /// No driver, one that is too old or does not start, or no card that kernels are made for.
    NONE,
    /// A driver and a card, but nothing that compiles kernels for it.
    CARDS,
    /// NVRTC: our own kernels.
    KERNELS,
    /// cuBLASLt: matrix products at the card's full speed.
    PRODUCTS,
    /// NCCL: several cards on one job.
    COLLECTIVES
}
