package dev.gantry.engine.optim;

import dev.gantry.engine.backend.Backend;
import java.util.List;

/// Clipping of all gradients together (Pascanu, Mikolov, Bengio 2013), as PyTorch's `clip_grad_norm_` computes it.
public final class GradientClipping {
    private static final double EPSILON = 1e-6;

    private GradientClipping() {}

    /// L2 norm over the gradients of all tensors, summed in f64 in the order of the list.
    public static double globalNorm(Backend backend, List<Trainable> trainables) {
        return globalNorm(trainables.stream()
                .mapToDouble(trainable -> backend.elements().sumOfSquares(trainable.gradient()))
                .toArray());
    }

    /// The same from each tensor's sum of squares, whoever summed it.
    public static double globalNorm(double[] squaresOfTensors) {
        double squares = 0;
        for (double square : squaresOfTensors) {
            squares += square;
        }
        return Math.sqrt(squares);
    }

    /// {@link #scale} of gradients that were scaled by `lossScale`, without that scale.
    ///
    /// @param norm of the gradients without it
    public static float scale(double norm, double maxNorm, float lossScale) {
        return scale(norm, maxNorm) / lossScale;
    }

    /// The factor that brings gradients of norm `norm` to at most `maxNorm`; 1 when `maxNorm` is 0 (no clipping).
    public static float scale(double norm, double maxNorm) {
        return maxNorm == 0 ? 1 : (float) Math.min(1, maxNorm / (norm + EPSILON));
    }
}
