package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;

/// The standard normal distribution, of which the exact GELU is made. Polynomials are minimax fits of ours.
final class NormalDistribution {
    private static final float CENTRE = 1.25f;

    private NormalDistribution() {}

    /// `exp(-x²/2)`: the density without its factor.
    static FloatVector bell(FloatVector x) {
        return Exponential.nonPositive(x.mul(x).mul(-0.5f));
    }

    /// `(1 + erf(x / sqrt 2)) / 2` given `bell(x)`; absolute error below 7e-8.
    ///
    /// In the centre `1/2 + x · p(x²)`; outside `bell(x) · q(|x|)` is the area of the tail, so that a lower tail
    /// keeps its relative accuracy.
    static FloatVector cumulative(FloatVector x, FloatVector bell) {
        FloatVector tail = bell.mul(tailOverBell(x.abs()));
        FloatVector outside = tail.blend(broadcast(1f).sub(tail), x.compare(GE, 0f));
        return outside.blend(centre(x), x.abs().compare(LT, CENTRE));
    }

    private static FloatVector centre(FloatVector x) {
        FloatVector square = x.mul(x);
        return broadcast(4.760694e-7f)
                .fma(square, broadcast(-9.058418e-6f))
                .fma(square, broadcast(1.1503212e-4f))
                .fma(square, broadcast(-0.0011871096f))
                .fma(square, broadcast(0.0099735f))
                .fma(square, broadcast(-0.066490375f))
                .fma(square, broadcast(0.3989423f))
                .fma(x, broadcast(0.5f));
    }

    /// A polynomial in `1 / (1 + z/2)`, for z >= 1.25.
    private static FloatVector tailOverBell(FloatVector z) {
        FloatVector t = broadcast(1f).div(z.fma(broadcast(0.5f), broadcast(1f)));
        return broadcast(-0.1394316f)
                .fma(t, broadcast(0.40388674f))
                .fma(t, broadcast(-0.3724471f))
                .fma(t, broadcast(0.023266956f))
                .fma(t, broadcast(0.033033647f))
                .fma(t, broadcast(0.15155827f))
                .fma(t, broadcast(0.1993486f))
                .fma(t, broadcast(0.1994743f))
                .mul(t);
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(F, value);
    }
}
