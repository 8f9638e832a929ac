package dev.gantry.offload.ranks;

/// What the ranks hold once together instead of each for itself (Rajbhandari et al. 2020). Each stage includes those
/// before it.
public enum ZeroStage {
    /// Every rank holds everything.
    NONE(0),
    /// Optimizer states, and the f32 masters of what is computed with in another type.
    OPTIMIZER(1),
    /// Gradients: a rank keeps the sums of its own share only.
    GRADIENTS(2),
    /// The weights of the blocks, which are gathered while they are computed with.
    PARAMETERS(3);

    private final int number;

    ZeroStage(int number) {
        this.number = number;
    }

    /// What the stage is called: 0 to 3.
    public int number() {
        return number;
    }

    /// @throws IllegalArgumentException when there is no such stage
    public static ZeroStage of(int number) {
        for (ZeroStage stage : values()) {
            if (stage.number == number) {
                return stage;
            }
        }
        throw new IllegalArgumentException("there is no ZeRO stage " + number);
    }

    boolean includes(ZeroStage stage) {
        return compareTo(stage) >= 0;
    }
}
