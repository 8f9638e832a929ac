package dev.gantry.engine.decoder;

import dev.gantry.engine.backend.Activation;

/// The MLP of a block: `down(f(up(x)))`, or gated `down(f(gate(x)) · up(x))`.
public record MlpSpec(int intermediate, Activation activation, Gating gating, Bias bias) {

    /// Whether a gate multiplies the inner values.
    public enum Gating {
        PLAIN,
        GATED
    }
}
