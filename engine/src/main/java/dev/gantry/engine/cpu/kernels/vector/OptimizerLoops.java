package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;

import dev.gantry.engine.backend.OptimizerKernels.AdamStep;
import jdk.incubator.vector.FloatVector;

/// Loops of the optimizers over scratch.
final class OptimizerLoops {
    private OptimizerLoops() {}

    /// `m = b1·m + (1-b1)·s·g`, `v = b2·v + (1-b2)·(s·g)²`.
    static void moments(float[] g, float[] m, float[] v, AdamStep step, float gradientScale, int count) {
        FloatVector beta1 = FloatVector.broadcast(F, (float) step.beta1());
        FloatVector beta2 = FloatVector.broadcast(F, (float) step.beta2());
        FloatVector rest1 = FloatVector.broadcast(F, (float) (1 - step.beta1()));
        FloatVector rest2 = FloatVector.broadcast(F, (float) (1 - step.beta2()));
        for (int i = 0; i < count; i += COUNT) {
            FloatVector gradient = FloatVector.fromArray(F, g, i).mul(gradientScale);
            FloatVector first = FloatVector.fromArray(F, m, i);
            FloatVector second = FloatVector.fromArray(F, v, i);
            gradient.fma(rest1, first.mul(beta1)).intoArray(m, i);
            gradient.mul(gradient).fma(rest2, second.mul(beta2)).intoArray(v, i);
        }
    }

    /// `update = m / bias1 / (sqrt(v / bias2) + epsilon) + decay · w`.
    static void direction(float[] w, float[] m, float[] v, AdamStep step, float decay, float[] update, int count) {
        float first = (float) (1 / step.biasCorrection1());
        float second = (float) (1 / Math.sqrt(step.biasCorrection2()));
        FloatVector factor = FloatVector.broadcast(F, decay);
        for (int i = 0; i < count; i += COUNT) {
            FloatVector root = FloatVector.fromArray(F, v, i).sqrt().mul(second).add((float) step.epsilon());
            FloatVector adam = FloatVector.fromArray(F, m, i).mul(first).div(root);
            FloatVector.fromArray(F, w, i).fma(factor, adam).intoArray(update, i);
        }
    }

    /// `velocity = momentum · velocity + rate · (s·g + decay · w)`, `w -= velocity`.
    static void momentum(
            float[] w, float[] g, float[] velocity, float momentum, float rate, float s, float decay, int count) {
        FloatVector factor = FloatVector.broadcast(F, decay);
        FloatVector kept = FloatVector.broadcast(F, momentum);
        for (int i = 0; i < count; i += COUNT) {
            FloatVector weight = FloatVector.fromArray(F, w, i);
            FloatVector push = weight.fma(factor, FloatVector.fromArray(F, g, i).mul(s));
            FloatVector next = FloatVector.fromArray(F, velocity, i).fma(kept, push.mul(rate));
            next.intoArray(velocity, i);
            weight.sub(next).intoArray(w, i);
        }
    }
}
