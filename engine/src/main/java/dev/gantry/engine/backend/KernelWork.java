package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.DType;

/// What kernels are to do in a run, or for answers, as far as the memory depends on it that they take beside matrices.
///
/// @param type in which matrices meet
/// @param tokens most rows of a batch
/// @param heads of queries
/// @param headDim columns of each
/// @param rotates whether positions turn queries and keys
/// @param summed elements of the largest matrix that is trained, whose squares are summed; 0 where nothing is
/// @param converted bytes of the largest matrix that changes its type on its way to the device; 0 without one
/// @param answered tokens of the longest answer that is drawn token by token; 0 without answers
/// @param sequences answered side by side
/// @param vocabulary tokens to draw from
public record KernelWork(
        DType type,
        int tokens,
        int heads,
        int headDim,
        boolean rotates,
        long summed,
        long converted,
        int answered,
        int sequences,
        int vocabulary) {

    public boolean trains() {
        return summed > 0;
    }
}
