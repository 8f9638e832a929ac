package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;

import dev.gantry.engine.backend.Activation;
import jdk.incubator.vector.FloatVector;

/// `f(x)` and `f'(x)` over scratch, whole vectors at a time. Everything is made of `e = exp(-|u|)`, which neither
/// overflows nor cancels: `sigmoid(u)` is `1 / (1+e)` or `e / (1+e)`, and `1 - sigmoid(u)` the other one.
final class ActivationLoops {
    private static final float SQRT_2_OVER_PI = 0.7978846f;
    private static final float INVERSE_SQRT_2PI = 0.3989423f;
    private static final float CUBIC = 0.044715f;
    /// Keeps `0 · x²` from becoming NaN where the square overflows.
    private static final float LARGE = 1e30f;

    private ActivationLoops() {}

    /// `y[i] = f(x[i])`; y may be x.
    ///
    /// @param e scratch of the same length
    static void values(Activation f, float[] x, float[] y, float[] e, int count) {
        switch (f) {
            case RELU -> relu(x, y, count);
            case SILU -> {
                exponentials(x, 0f, 1f, e, count);
                timesSigmoid(x, e, y, count);
            }
            case GELU_EXACT -> {
                bell(x, e, count);
                NormalDistribution.cumulative(x, e, e, count);
                product(x, e, y, count);
            }
            case GELU_TANH -> { // (1 + tanh u) / 2 = sigmoid(2u)
                exponentials(x, 2 * CUBIC * SQRT_2_OVER_PI, 2 * SQRT_2_OVER_PI, e, count);
                timesSigmoid(x, e, y, count);
            }
        }
    }

    /// `value[i] = f(x[i])`, `slope[i] = f'(x[i])`; value may be x.
    ///
    /// @param e scratch of the same length
    static void slopes(Activation f, float[] x, float[] value, float[] slope, float[] e, int count) {
        switch (f) {
            case RELU -> reluSlope(x, value, slope, count);
            case SILU -> {
                exponentials(x, 0f, 1f, e, count);
                sigmoidSlope(x, 0f, 1f, e, value, slope, count);
            }
            case GELU_EXACT -> {
                bell(x, e, count);
                NormalDistribution.cumulative(x, e, slope, count);
                geluExactSlope(x, e, value, slope, count);
            }
            case GELU_TANH -> {
                exponentials(x, 2 * CUBIC * SQRT_2_OVER_PI, 2 * SQRT_2_OVER_PI, e, count);
                sigmoidSlope(x, 2 * CUBIC * SQRT_2_OVER_PI, 2 * SQRT_2_OVER_PI, e, value, slope, count);
            }
        }
    }

    private static void relu(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            v.blend(0f, v.compare(LE, 0f)).intoArray(y, i); // a NaN passes
        }
    }

    private static void reluSlope(float[] x, float[] value, float[] slope, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            FloatVector positive = v.blend(0f, v.compare(LE, 0f));
            FloatVector step = v.blend(1f, v.compare(GT, 0f)).blend(0f, v.compare(LE, 0f));
            positive.intoArray(value, i);
            step.intoArray(slope, i);
        }
    }

    /// `e = exp(-|u|)` with `u = cubic · x³ + linear · x`.
    private static void exponentials(float[] x, float cubic, float linear, float[] e, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            FloatVector factor =
                    v.mul(v).min(LARGE).fma(FloatVector.broadcast(F, cubic), FloatVector.broadcast(F, linear));
            v.mul(factor).abs().neg().intoArray(e, i);
        }
        Exponential.replace(e, count);
    }

    /// `y = x · sigmoid(u)`. The sign of u is that of x.
    private static void timesSigmoid(float[] x, float[] e, float[] y, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            FloatVector exponential = FloatVector.fromArray(F, e, i);
            FloatVector upper = exponential.blend(1f, v.compare(GE, 0f));
            v.mul(upper.div(exponential.add(1f))).intoArray(y, i);
        }
    }

    /// With s = sigmoid(u): `value = x · s`, `slope = s + x · s · (1 - s) · u'`, `u' = 3 · cubic · x² + linear`.
    private static void sigmoidSlope(
            float[] x, float cubic, float linear, float[] e, float[] value, float[] slope, int count) {
        FloatVector one = FloatVector.broadcast(F, 1f);
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            FloatVector exponential = FloatVector.fromArray(F, e, i);
            FloatVector q = one.div(exponential.add(1f));
            FloatVector s = q.mul(exponential.blend(1f, v.compare(GE, 0f)));
            FloatVector product = q.mul(q).mul(exponential); // s · (1 - s)
            FloatVector du =
                    v.mul(v).min(LARGE).fma(FloatVector.broadcast(F, 3 * cubic), FloatVector.broadcast(F, linear));
            v.mul(s).intoArray(value, i);
            v.mul(product).fma(du, s).intoArray(slope, i);
        }
    }

    /// `e = exp(-x²/2)`: the density without its factor.
    private static void bell(float[] x, float[] e, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            v.mul(v).mul(-0.5f).intoArray(e, i);
        }
        Exponential.replace(e, count);
    }

    private static void product(float[] x, float[] phi, float[] y, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, x, i).mul(FloatVector.fromArray(F, phi, i)).intoArray(y, i);
        }
    }

    /// `value = x · Φ(x)`, `slope = Φ(x) + x · φ(x)`; slope holds Φ(x) before.
    private static void geluExactSlope(float[] x, float[] bell, float[] value, float[] slope, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            FloatVector phi = FloatVector.fromArray(F, slope, i);
            v.mul(phi).intoArray(value, i);
            v.mul(FloatVector.fromArray(F, bell, i))
                    .fma(FloatVector.broadcast(F, INVERSE_SQRT_2PI), phi)
                    .intoArray(slope, i);
        }
    }
}
