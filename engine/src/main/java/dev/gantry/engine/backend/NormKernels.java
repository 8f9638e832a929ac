package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// Normalisation of rows. Statistics are f32 and kept for the backward.
public interface NormKernels {

    /// `y = (x - mean) / sqrt(variance + epsilon) · gamma + beta` for each row (Ba, Kiros, Hinton 2016).
    ///
    /// @param x `[tokens, width]`
    /// @param gamma one row of `width`
    /// @param beta one row of `width`, or null for none
    /// @param y `[tokens, width]`, may be x
    /// @param stats f32 `[tokens, 2]`: mean and reciprocal standard deviation of each row
    void layerNorm(Matrix x, Matrix gamma, @Nullable Matrix beta, float epsilon, Matrix y, Matrix stats);

    /// Gradient of {@link #layerNorm}.
    ///
    /// @param dy gradient of y
    /// @param dx gradient of x; `accumulate` says whether it is added; when overwritten it may be dy
    /// @param dgamma f32 row that the gradient of gamma is added to, or null when frozen
    /// @param dbeta f32 row that the gradient of beta is added to, or null when frozen
    void layerNormBackward(
            Matrix dy,
            Matrix x,
            Matrix gamma,
            Matrix stats,
            Matrix dx,
            Accumulate accumulate,
            @Nullable Matrix dgamma,
            @Nullable Matrix dbeta);

    /// `y = x / sqrt(mean(x²) + epsilon) · gamma` for each row (Zhang, Sennrich 2019).
    ///
    /// @param stats f32 `[tokens, 2]`: the second column receives the reciprocal root mean square
    void rmsNorm(Matrix x, Matrix gamma, float epsilon, Matrix y, Matrix stats);

    /// Gradient of {@link #rmsNorm}; parameters as in {@link #layerNormBackward}.
    void rmsNormBackward(
            Matrix dy, Matrix x, Matrix gamma, Matrix stats, Matrix dx, Accumulate accumulate, @Nullable Matrix dgamma);
}
