package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;

/// Exponentials by polynomials of our own: the same bits on every processor, and as fast as a vendor's library.
final class Exponential {
    /// Below this `exp` is denormal and taken as 0.
    private static final float SMALLEST = -87.33654f;

    /// `1.5 · 2^23`: adding it rounds to an integer, which then stands in the lowest bits.
    private static final float ROUNDER = 12582912.0f;

    private static final float LOG2_E = 1.442695f;
    /// ln 2 in two parts, so that `x - n · ln 2` loses nothing.
    private static final float LN2_HIGH = 0.6933594f;

    private static final float LN2_LOW = -2.1219444e-4f;

    private Exponential() {}

    /// `exp(x)` for x <= 0, relative error below 1e-7: `2^n · exp(r)` with `|r| <= ln 2 / 2` and the polynomial of
    /// Cephes' `expf`. NaN stays NaN; minus infinity gives 0. Holds up to x = 88 as well.
    static FloatVector nonPositive(FloatVector x) {
        FloatVector shifted = x.fma(broadcast(LOG2_E), broadcast(ROUNDER));
        FloatVector n = shifted.sub(ROUNDER);
        FloatVector r = n.fma(broadcast(-LN2_LOW), n.fma(broadcast(-LN2_HIGH), x));
        FloatVector p = broadcast(1.9875691e-4f)
                .fma(r, broadcast(0.0013981999f))
                .fma(r, broadcast(0.008333452f))
                .fma(r, broadcast(0.041665796f))
                .fma(r, broadcast(0.16666666f))
                .fma(r, broadcast(0.5f))
                .fma(r.mul(r), r)
                .add(1f);
        FloatVector power =
                shifted.reinterpretAsInts().lanewise(LSHL, 23).add(0x3f80_0000).reinterpretAsFloats();
        return p.mul(power).blend(0f, x.compare(LT, SMALLEST));
    }

    /// `1 / (1 + exp(-x))`; exact in both tails, because only `exp(-|x|)` is taken.
    static FloatVector sigmoid(FloatVector x) {
        FloatVector e = nonPositive(x.abs().neg());
        return e.blend(1f, x.compare(GE, 0f)).div(e.add(1f));
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(F, value);
    }
}
