package dev.gantry.engine.optim;

/// A power of two on the loss, and so on all gradients, while they are f16: whose smallest number is 6e-8, and whose
/// largest 65,504. It falls when gradients no longer fit, and rises again when they have long fitted (Micikevicius et
/// al. 2018, section 3.2; the constants are those of PyTorch's `GradScaler`).
///
/// Scaling by it and back is exact. What f16 itself computes in the forward it cannot help.
///
/// @param factor on the loss of the next step
/// @param goodSteps taken under it so far
/// @param skippedSteps that changed nothing because gradients did not fit, since the start of the run
public record LossScale(float factor, int goodSteps, long skippedSteps) {
    /// Where a run begins.
    public static final LossScale START = new LossScale(0x1p16f, 0, 0);

    /// Good steps after which the factor doubles.
    public static final int PATIENCE = 2000;

    private static final float LARGEST = 0x1p24f;

    public LossScale {
        if (!(factor >= 1) || factor > LARGEST || Math.scalb(1f, Math.getExponent(factor)) != factor) {
            throw new IllegalArgumentException("a loss scale is a power of two from 1 to 2^24, not " + factor);
        }
    }

    /// After a step whose gradients were all numbers.
    public LossScale afterGood() {
        return goodSteps + 1 < PATIENCE
                ? new LossScale(factor, goodSteps + 1, skippedSteps)
                : new LossScale(Math.min(2 * factor, LARGEST), 0, skippedSteps);
    }

    /// Whether there is a smaller one to try.
    public boolean canFall() {
        return factor > 1;
    }

    /// After a step that was skipped, because its gradients did not fit.
    public LossScale afterSkipped() {
        return new LossScale(factor / 2, 0, skippedSteps + 1);
    }
}
