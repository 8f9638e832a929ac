package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.Elements.get;
import static dev.gantry.engine.cpu.Elements.set;

import dev.gantry.engine.backend.OptimizerKernels;
import dev.gantry.engine.cpu.kernels.TrustRatio;
import dev.gantry.engine.tensor.Matrix;

/// Optimizer steps in f64, element by element; states are rounded to f32 between steps.
public final class ScalarOptimizers implements OptimizerKernels {

    @Override
    public void adamW(Matrix parameter, Matrix gradient, Matrix m, Matrix v, AdamStep step, float gradientScale) {
        for (int r = 0; r < parameter.rows(); r++) {
            for (int c = 0; c < parameter.columns(); c++) {
                updateMoments(gradient, m, v, step, gradientScale, r, c);
                double w = get(parameter, r, c) * (1 - step.learningRate() * step.weightDecay());
                set(parameter, r, c, (float) (w - step.learningRate() * direction(m, v, step, r, c)));
            }
        }
    }

    @Override
    public void lamb(Matrix parameter, Matrix gradient, Matrix m, Matrix v, AdamStep step, float gradientScale) {
        double squaredWeights = 0;
        double squaredUpdates = 0;
        for (int r = 0; r < parameter.rows(); r++) {
            for (int c = 0; c < parameter.columns(); c++) {
                updateMoments(gradient, m, v, step, gradientScale, r, c);
                double w = get(parameter, r, c);
                double update = direction(m, v, step, r, c) + step.weightDecay() * w;
                squaredWeights += w * w;
                squaredUpdates += update * update;
            }
        }
        double rate = step.learningRate() * TrustRatio.lamb(squaredWeights, squaredUpdates);
        for (int r = 0; r < parameter.rows(); r++) {
            for (int c = 0; c < parameter.columns(); c++) {
                double w = get(parameter, r, c);
                double update = direction(m, v, step, r, c) + step.weightDecay() * w;
                set(parameter, r, c, (float) (w - rate * update));
            }
        }
    }

    @Override
    public void lars(Matrix parameter, Matrix gradient, Matrix momentum, LarsStep step, float gradientScale) {
        ScalarElements elements = new ScalarElements();
        double squaredGradients = elements.sumOfSquares(gradient) * gradientScale * gradientScale;
        double rate = step.learningRate() * TrustRatio.lars(elements.sumOfSquares(parameter), squaredGradients, step);
        for (int r = 0; r < parameter.rows(); r++) {
            for (int c = 0; c < parameter.columns(); c++) {
                double w = get(parameter, r, c);
                double g = get(gradient, r, c) * gradientScale + step.weightDecay() * w;
                set(momentum, r, c, (float) (step.momentum() * get(momentum, r, c) + rate * g));
                set(parameter, r, c, (float) (w - get(momentum, r, c)));
            }
        }
    }

    private static void updateMoments(
            Matrix gradient, Matrix m, Matrix v, AdamStep step, float gradientScale, int r, int c) {
        double g = get(gradient, r, c) * gradientScale;
        set(m, r, c, (float) (step.beta1() * get(m, r, c) + (1 - step.beta1()) * g));
        set(v, r, c, (float) (step.beta2() * get(v, r, c) + (1 - step.beta2()) * g * g));
    }

    /// `m / bias1 / (sqrt(v / bias2) + epsilon)`.
    private static double direction(Matrix m, Matrix v, AdamStep step, int r, int c) {
        double denominator = Math.sqrt(get(v, r, c) / step.biasCorrection2()) + step.epsilon();
        return get(m, r, c) / step.biasCorrection1() / denominator;
    }
}
