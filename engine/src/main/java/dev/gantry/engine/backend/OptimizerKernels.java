package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;

/// One update of one parameter tensor. Parameters may be f32 or bf16, everything else is f32.
///
/// `gradientScale` multiplies the gradient before anything else (global-norm clipping).
public interface OptimizerKernels {

    /// AdamW as PyTorch does it (Loshchilov, Hutter 2019): `w -= lr·wd·w`, then
    /// `w -= lr / bias1 · m / (sqrt(v) / sqrt(bias2) + epsilon)` with `m = b1·m + (1-b1)·g` and
    /// `v = b2·v + (1-b2)·g²`.
    void adamW(Matrix parameter, Matrix gradient, Matrix m, Matrix v, AdamStep step, float gradientScale);

    /// LAMB (You et al. 2020, algorithm 2): Adam direction plus decay, scaled by `|w| / |direction|` of the tensor.
    void lamb(Matrix parameter, Matrix gradient, Matrix m, Matrix v, AdamStep step, float gradientScale);

    /// LARS (You, Gitman, Ginsburg 2017): momentum SGD with the local rate `trust · |w| / (|g| + wd · |w|)`.
    void lars(Matrix parameter, Matrix gradient, Matrix momentum, LarsStep step, float gradientScale);

    /// Hyper-parameters of one Adam or LAMB step.
    ///
    /// @param biasCorrection1 `1 - beta1^t`, t from 1
    /// @param biasCorrection2 `1 - beta2^t`
    record AdamStep(
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double biasCorrection1,
            double biasCorrection2) {}

    /// Hyper-parameters of one LARS step.
    record LarsStep(
            double learningRate, double momentum, double weightDecay, double trustCoefficient, double epsilon) {}
}
