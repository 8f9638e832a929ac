package dev.gantry.offload.ranks;

/// What the ranks hold once together instead of each for itself (Rajbhandari et al. 2020). Each stage includes those
/// before it.
public enum ZeroStage {
    /// Every rank holds everything.
    NONE,
    /// Optimizer states, and the f32 masters of what is computed with in another type.
    OPTIMIZER,
    /// Gradients: a rank keeps the sums of its own share only.
    GRADIENTS,
    /// The weights of the blocks, which are gathered while they are computed with.
    PARAMETERS;

    boolean includes(ZeroStage stage) {
        return compareTo(stage) >= 0;
    }
}
