package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;

/// Rotary position embedding in the rotate-half layout of Hugging Face LLaMA (Su et al. 2021).
public interface RotaryKernels {

    /// Rotates in place: with `half = rotaryDim / 2`, elements (i, i + half) of every head of token t turn by the angle
    /// of `positions[t]` and i. `BACKWARD` turns the other way, which is the gradient.
    ///
    /// @param x heads to rotate; elements from `rotaryDim` on are left alone
    /// @param positions I32, one row of tokens
    /// @param cosines f32 `[positions, rotaryDim / 2]`
    /// @param sines f32, same shape
    void rotate(Heads x, Matrix positions, Matrix cosines, Matrix sines, Direction direction);

    /// Which way to turn.
    enum Direction {
        FORWARD,
        BACKWARD
    }
}
