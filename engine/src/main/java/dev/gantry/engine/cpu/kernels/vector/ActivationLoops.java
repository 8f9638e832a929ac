package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;

import dev.gantry.engine.backend.Activation;
import jdk.incubator.vector.FloatVector;

/// `f(x)` and `f'(x)` over scratch, whole vectors at a time. One loop a function: a shared loop with the function as a
/// parameter would box its vectors.
final class ActivationLoops {
    private static final float SQRT_2_OVER_PI = 0.7978846f;
    private static final float INVERSE_SQRT_2PI = 0.3989423f;
    private static final float CUBIC = 0.044715f;
    /// Keeps `0 · x²` from becoming NaN where the square overflows.
    private static final float LARGE = 1e30f;

    private ActivationLoops() {}

    /// `y[i] = f(x[i])`; y may be x.
    static void values(Activation f, float[] x, float[] y, int count) {
        switch (f) {
            case RELU -> relu(x, y, count);
            case SILU -> silu(x, y, count);
            case GELU_EXACT -> geluExact(x, y, count);
            case GELU_TANH -> geluTanh(x, y, count);
        }
    }

    /// `value[i] = f(x[i])`, `slope[i] = f'(x[i])`; either may be x.
    static void slopes(Activation f, float[] x, float[] value, float[] slope, int count) {
        switch (f) {
            case RELU -> reluSlope(x, value, slope, count);
            case SILU -> siluSlope(x, value, slope, count);
            case GELU_EXACT -> geluExactSlope(x, value, slope, count);
            case GELU_TANH -> geluTanhSlope(x, value, slope, count);
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

    private static void silu(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            v.mul(Exponential.sigmoid(v)).intoArray(y, i);
        }
    }

    /// With s = sigmoid(x): `s · (1 + x · (1 - s))`, where 1 - s is computed without cancellation.
    private static void siluSlope(float[] x, float[] value, float[] slope, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            FloatVector e = Exponential.nonPositive(v.abs().neg());
            FloatVector q = FloatVector.broadcast(F, 1f).div(e.add(1f));
            FloatVector s = q.mul(e.blend(1f, v.compare(GE, 0f)));
            FloatVector rest = q.mul(FloatVector.broadcast(F, 1f).blend(e, v.compare(GE, 0f)));
            v.mul(s).intoArray(value, i);
            s.mul(v.fma(rest, FloatVector.broadcast(F, 1f))).intoArray(slope, i);
        }
    }

    private static void geluExact(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            v.mul(NormalDistribution.cumulative(v, NormalDistribution.bell(v))).intoArray(y, i);
        }
    }

    /// `Φ(x) + x · φ(x)`.
    private static void geluExactSlope(float[] x, float[] value, float[] slope, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            FloatVector bell = NormalDistribution.bell(v);
            FloatVector phi = NormalDistribution.cumulative(v, bell);
            v.mul(phi).intoArray(value, i);
            v.mul(bell).fma(FloatVector.broadcast(F, INVERSE_SQRT_2PI), phi).intoArray(slope, i);
        }
    }

    /// `(1 + tanh u) / 2 = sigmoid(2u)`, so `y = x · sigmoid(2u)`.
    private static void geluTanh(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            v.mul(Exponential.sigmoid(doubleArgument(v))).intoArray(y, i);
        }
    }

    /// With s = sigmoid(2u): `s + x · s · (1 - s) · 2u'`, `u' = sqrt(2/pi) · (1 + 3 · 0.044715 x²)`.
    private static void geluTanhSlope(float[] x, float[] value, float[] slope, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            FloatVector u2 = doubleArgument(v);
            FloatVector e = Exponential.nonPositive(u2.abs().neg());
            FloatVector q = FloatVector.broadcast(F, 1f).div(e.add(1f));
            FloatVector s = q.mul(e.blend(1f, u2.compare(GE, 0f)));
            FloatVector product = q.mul(q).mul(e); // s · (1 - s)
            FloatVector du2 = v.mul(v)
                    .min(LARGE)
                    .fma(
                            FloatVector.broadcast(F, 6 * CUBIC * SQRT_2_OVER_PI),
                            FloatVector.broadcast(F, 2 * SQRT_2_OVER_PI));
            v.mul(s).intoArray(value, i);
            v.mul(product).fma(du2, s).intoArray(slope, i);
        }
    }

    /// `2 · sqrt(2/pi) · (x + 0.044715 x³)`.
    private static FloatVector doubleArgument(FloatVector v) {
        return v.mul(v)
                .fma(FloatVector.broadcast(F, 2 * CUBIC * SQRT_2_OVER_PI), FloatVector.broadcast(F, 2 * SQRT_2_OVER_PI))
                .mul(v);
    }
}
