package dev.gantry.engine.optim;

import dev.gantry.engine.tensor.Matrix;

/// A tensor that an optimizer changes, and where its gradient is.
///
/// @param name unique in a run; checkpoints keep the optimizer's states under it
/// @param value f32 `[rows, columns]`
/// @param gradient f32, shaped like the value
public record Trainable(String name, Matrix value, Matrix gradient, WeightDecay weightDecay) {

    /// Whether an optimizer's weight decay pulls at a tensor.
    public enum WeightDecay {
        APPLIED,
        EXEMPT;

        /// What an optimizer's `rate` is for such a tensor.
        public double of(double rate) {
            return switch (this) {
                case APPLIED -> rate;
                case EXEMPT -> 0;
            };
        }
    }

    public Trainable {
        if (value.rows() != gradient.rows() || value.columns() != gradient.columns()) {
            throw new IllegalArgumentException(name + " is " + value.rows() + " x " + value.columns()
                    + ", its gradient " + gradient.rows() + " x " + gradient.columns());
        }
    }
}
