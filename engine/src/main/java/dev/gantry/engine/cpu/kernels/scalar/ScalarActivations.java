package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.Elements.get;
import static dev.gantry.engine.cpu.Elements.set;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.backend.ActivationKernels;
import dev.gantry.engine.tensor.Matrix;

/// Non-linearities and their derivatives in f64, element by element.
public final class ScalarActivations implements ActivationKernels {
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;

    @Override
    public void forward(Activation f, Matrix x, Matrix y) {
        for (int r = 0; r < x.rows(); r++) {
            for (int c = 0; c < x.columns(); c++) {
                set(y, r, c, (float) value(f, get(x, r, c)));
            }
        }
    }

    @Override
    public void backward(Activation f, Matrix x, Matrix dy, Matrix dx) {
        for (int r = 0; r < x.rows(); r++) {
            for (int c = 0; c < x.columns(); c++) {
                set(dx, r, c, (float) (derivative(f, get(x, r, c)) * get(dy, r, c)));
            }
        }
    }

    @Override
    public void gatedForward(Activation f, Matrix gate, Matrix up, Matrix y) {
        for (int r = 0; r < gate.rows(); r++) {
            for (int c = 0; c < gate.columns(); c++) {
                set(y, r, c, (float) (value(f, get(gate, r, c)) * get(up, r, c)));
            }
        }
    }

    @Override
    public void gatedBackward(Activation f, Matrix gate, Matrix up, Matrix dy, Matrix dGate, Matrix dUp) {
        for (int r = 0; r < gate.rows(); r++) {
            for (int c = 0; c < gate.columns(); c++) {
                double g = get(gate, r, c);
                double u = get(up, r, c);
                double d = get(dy, r, c);
                set(dGate, r, c, (float) (derivative(f, g) * u * d));
                set(dUp, r, c, (float) (value(f, g) * d));
            }
        }
    }

    /// f(x).
    public static double value(Activation f, double x) {
        return switch (f) {
            case RELU -> Math.max(x, 0);
            case SILU -> x * sigmoid(x);
            case GELU_EXACT -> x * ErrorFunction.normalCdf(x);
            case GELU_TANH -> x / 2 * (1 + Math.tanh(SQRT_2_OVER_PI * (x + CUBIC * x * x * x)));
        };
    }

    /// f'(x); 0 for RELU at 0.
    public static double derivative(Activation f, double x) {
        return switch (f) {
            case RELU -> x > 0 ? 1 : x <= 0 ? 0 : x;
            case SILU -> sigmoid(x) * (1 + x * (1 - sigmoid(x)));
            case GELU_EXACT -> ErrorFunction.normalCdf(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
            case GELU_TANH -> {
                double tanh = Math.tanh(SQRT_2_OVER_PI * (x + CUBIC * x * x * x));
                double slope = SQRT_2_OVER_PI * (1 + 3 * CUBIC * x * x);
                yield (1 + tanh) / 2 + x / 2 * (1 - tanh * tanh) * slope;
            }
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
