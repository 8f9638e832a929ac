package dev.gantry.engine.cpu.kernels;

import dev.gantry.engine.backend.OptimizerKernels.LarsStep;

/// Factors by which layer-wise optimizers scale the rate of one tensor; 1 where a norm is 0, so that zeros can leave.
public final class TrustRatio {
    private TrustRatio() {}

    /// `|w| / |update|` (You et al. 2020, with the identity as φ).
    public static double lamb(double squaredWeights, double squaredUpdates) {
        boolean defined = squaredWeights > 0 && squaredUpdates > 0;
        return defined ? Math.sqrt(squaredWeights) / Math.sqrt(squaredUpdates) : 1;
    }

    /// `trust · |w| / (|g| + wd · |w| + epsilon)` (You, Gitman, Ginsburg 2017).
    public static double lars(double squaredWeights, double squaredGradients, LarsStep step) {
        double weights = Math.sqrt(squaredWeights);
        double gradients = Math.sqrt(squaredGradients);
        boolean defined = weights > 0 && gradients > 0;
        double denominator = gradients + step.weightDecay() * weights + step.epsilon();
        return defined ? step.trustCoefficient() * weights / denominator : 1;
    }
}
