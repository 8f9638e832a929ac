package dev.gantry.engine.decoder;

/// The norms of a model.
///
/// @param epsilon added to the variance or mean square
/// @param placement before or after each half of a block
public record NormSpec(Kind kind, float epsilon, Placement placement) {

    /// Which formula.
    public enum Kind {
        /// Mean and variance, with weight and bias.
        LAYER_NORM,
        /// Root mean square, weight only.
        RMS_NORM
    }

    /// Where a block normalises.
    public enum Placement {
        /// `x + f(norm(x))`.
        PRE,
        /// `norm(x + f(x))` (OPT-350m).
        POST
    }
}
