package dev.gantry.offload.trainable;

/// What a step did.
///
/// @param loss mean over the labelled tokens, before the update
/// @param gradientNorm before clipping
public record StepResult(double loss, double gradientNorm) {

    /// Whether the step could be taken at all.
    public boolean isFinite() {
        return Double.isFinite(loss) && Double.isFinite(gradientNorm);
    }
}
