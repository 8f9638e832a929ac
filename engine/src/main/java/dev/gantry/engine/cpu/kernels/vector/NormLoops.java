package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;

import jdk.incubator.vector.FloatVector;

/// Loops of normalisation over one row in scratch.
final class NormLoops {
    private NormLoops() {}

    /// `x -= mean`; elements from `count` on become 0 again.
    static void subtract(float[] x, float mean, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, x, i).sub(mean).intoArray(x, i);
        }
        Blocks.zeroTail(x, count);
    }

    /// `x = x · factor · gamma`.
    static void scale(float[] x, float factor, float[] gamma, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, x, i)
                    .mul(factor)
                    .mul(FloatVector.fromArray(F, gamma, i))
                    .intoArray(x, i);
        }
    }

    /// `x = x · factor · gamma + beta`.
    static void scaleAndShift(float[] x, float factor, float[] gamma, float[] beta, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, x, i)
                    .mul(factor)
                    .fma(FloatVector.fromArray(F, gamma, i), FloatVector.fromArray(F, beta, i))
                    .intoArray(x, i);
        }
    }

    /// `x = (x - mean) · rstd`, 0 from `count` on.
    static void normalise(float[] x, float mean, float rstd, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, x, i).sub(mean).mul(rstd).intoArray(x, i);
        }
        Blocks.zeroTail(x, count);
    }

    /// `dgamma += dy · n`.
    static void addProduct(float[] dgamma, int at, float[] dy, float[] n, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, dy, i)
                    .fma(FloatVector.fromArray(F, n, i), FloatVector.fromArray(F, dgamma, at + i))
                    .intoArray(dgamma, at + i);
        }
    }

    /// `dbeta += dy`.
    static void addTo(float[] dbeta, int at, float[] dy, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, dbeta, at + i)
                    .add(FloatVector.fromArray(F, dy, i))
                    .intoArray(dbeta, at + i);
        }
    }

    /// `g = rstd · (g - meanG - n · meanGn)`.
    static void inputGradient(float[] g, float[] n, float meanG, float meanGn, float rstd, int count) {
        FloatVector slope = FloatVector.broadcast(F, -meanGn);
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, n, i)
                    .fma(slope, FloatVector.fromArray(F, g, i).sub(meanG))
                    .mul(rstd)
                    .intoArray(g, i);
        }
    }
}
