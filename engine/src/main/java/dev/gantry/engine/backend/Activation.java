package dev.gantry.engine.backend;

/// Element-wise non-linearities of the families.
public enum Activation {
    /// `max(0, x)`.
    RELU,
    /// `x · sigmoid(x)`.
    SILU,
    /// `x/2 · (1 + erf(x / sqrt 2))`.
    GELU_EXACT,
    /// `x/2 · (1 + tanh(sqrt(2/pi) (x + 0.044715 x³)))`: `gelu_new`, `gelu_pytorch_tanh` and BLOOM's.
    GELU_TANH
}
