package dev.gantry.engine.decoder;

/// How rotary angles are stretched for sequences longer than the model was first trained on.
public sealed interface RotaryScaling {

    /// As trained.
    record None() implements RotaryScaling {}

    /// Positions divided by `factor` (Chen et al. 2023).
    record Linear(double factor) implements RotaryScaling {}

    /// "NTK-aware" base that grows with the sequence once it exceeds `originalPositions`.
    record Dynamic(double factor, int originalPositions) implements RotaryScaling {}

    /// YaRN (Peng et al. 2023): frequencies blended between stretched and unstretched, and q·k tempered.
    ///
    /// @param attentionFactor factor on cosines and sines
    /// @param betaFast rotations above which a frequency is left alone
    /// @param betaSlow rotations below which a frequency is fully stretched
    /// @param bounds how the two ends of the blend are rounded
    record Yarn(
            double factor,
            int originalPositions,
            double attentionFactor,
            double betaFast,
            double betaSlow,
            YarnBounds bounds)
            implements RotaryScaling {}

    /// Where YaRN's blend begins and ends.
    enum YarnBounds {
        /// Widened to whole pairs, the reference implementation's and the common choice.
        WHOLE_PAIRS,
        /// Where the formula puts it (`"truncate": false`).
        EXACT
    }

    /// LLaMA 3.1: low frequencies divided by `factor`, high ones kept, a linear blend between.
    record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalPositions)
            implements RotaryScaling {}
}
