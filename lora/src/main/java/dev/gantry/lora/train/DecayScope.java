package dev.gantry.lora.train;

import dev.gantry.engine.optim.Trainable.WeightDecay;

/// Which trained tensors weight decay pulls at.
public enum DecayScope {
    /// Every tensor.
    ALL,
    /// Matrices (also A and B of adapters), but neither biases nor norms: the common habit.
    MATRICES;

    /// @param rank number of axes of the tensor
    WeightDecay of(int rank) {
        return switch (this) {
            case ALL -> WeightDecay.APPLIED;
            case MATRICES -> rank > 1 ? WeightDecay.APPLIED : WeightDecay.EXEMPT;
        };
    }
}
