package dev.gantry.offload.trainable;

import dev.gantry.engine.tensor.Matrix;

/// Gives the values that training starts or goes on from, piece by piece.
@FunctionalInterface
public interface StateSource {

    /// Fills `into` with the values of a tensor from element `from` on; it may leave zeros untouched.
    ///
    /// @param into f32, one row, zeroed
    void read(TrainedTensor tensor, StateArray array, long from, Matrix into);
}
