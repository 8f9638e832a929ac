package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;

/// The standard normal distribution, of which the exact GELU is made. Polynomials are minimax fits of ours.
final class NormalDistribution {
    private static final float CENTRE = 1.25f;

    private NormalDistribution() {}

    /// `phi = (1 + erf(x / sqrt 2)) / 2`, absolute error below 7e-8.
    ///
    /// In the centre `1/2 + x · p(x²)`; outside, `bell · q(|x|)` is the area of the tail, so that a lower
    /// tail keeps its relative accuracy.
    ///
    /// @param bell `exp(-x²/2)`
    static void cumulative(float[] x, float[] bell, float[] phi, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            FloatVector square = v.mul(v);
            FloatVector centre = FloatVector.broadcast(F, 4.760694e-7f)
                    .fma(square, FloatVector.broadcast(F, -9.058418e-6f))
                    .fma(square, FloatVector.broadcast(F, 1.1503212e-4f))
                    .fma(square, FloatVector.broadcast(F, -0.0011871096f))
                    .fma(square, FloatVector.broadcast(F, 0.0099735f))
                    .fma(square, FloatVector.broadcast(F, -0.066490375f))
                    .fma(square, FloatVector.broadcast(F, 0.3989423f))
                    .fma(v, FloatVector.broadcast(F, 0.5f));
            FloatVector z = v.abs();
            FloatVector one = FloatVector.broadcast(F, 1f);
            FloatVector t = one.div(z.fma(FloatVector.broadcast(F, 0.5f), one));
            FloatVector tail = FloatVector.broadcast(F, -0.1394316f)
                    .fma(t, FloatVector.broadcast(F, 0.40388674f))
                    .fma(t, FloatVector.broadcast(F, -0.3724471f))
                    .fma(t, FloatVector.broadcast(F, 0.023266956f))
                    .fma(t, FloatVector.broadcast(F, 0.033033647f))
                    .fma(t, FloatVector.broadcast(F, 0.15155827f))
                    .fma(t, FloatVector.broadcast(F, 0.1993486f))
                    .fma(t, FloatVector.broadcast(F, 0.1994743f))
                    .mul(t)
                    .mul(FloatVector.fromArray(F, bell, i));
            tail.blend(one.sub(tail), v.compare(GE, 0f))
                    .blend(centre, z.compare(LT, CENTRE))
                    .intoArray(phi, i);
        }
    }
}
