package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.gantry.engine.cpu.LaneSum;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Exponentials by a polynomial of our own: the same bits on every processor, and as fast as a vendor's library.
///
/// It works on scratch, not on a vector: a method that takes and returns vectors is fast only while the compiler
/// chooses to inline it, and that choice varied from process to process.
final class Exponential {
    /// Below this `exp` is denormal and taken as 0.
    private static final float SMALLEST = -87.33654f;

    /// `1.5 · 2^23`: adding it rounds to an integer, which then stands in the lowest bits.
    private static final float ROUNDER = 12582912f;

    private static final float LOG2_E = 1.442695f;
    /// ln 2 in two parts, so that `x - n · ln 2` loses nothing.
    private static final float LN2_HIGH = 0.6933594f;

    private static final float LN2_LOW = -2.1219444e-4f;

    private Exponential() {}

    /// `result[i] = exp(x[i] + offsets[from + i])` in the way of {@link #replace}, and 0 behind `count` to the end of
    /// its vector. The polynomial stands here again because a method shared by both would take and return vectors.
    ///
    /// @param x f32 from byte `at` on; what lies behind `count` may be anything
    /// @return `Σ result`
    static float ofSums(MemorySegment x, long at, float[] offsets, int from, int count, float[] result) {
        FloatVector sum = FloatVector.zero(F);
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromMemorySegment(F, x, at + 4L * i, LITTLE_ENDIAN)
                    .add(FloatVector.fromArray(F, offsets, from + i));
            FloatVector shifted = v.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUNDER));
            FloatVector n = shifted.sub(ROUNDER);
            FloatVector r = n.fma(FloatVector.broadcast(F, -LN2_LOW), n.fma(FloatVector.broadcast(F, -LN2_HIGH), v));
            FloatVector p = FloatVector.broadcast(F, 1.9875691e-4f)
                    .fma(r, FloatVector.broadcast(F, 0.0013981999f))
                    .fma(r, FloatVector.broadcast(F, 0.008333452f))
                    .fma(r, FloatVector.broadcast(F, 0.041665796f))
                    .fma(r, FloatVector.broadcast(F, 0.16666666f))
                    .fma(r, FloatVector.broadcast(F, 0.5f))
                    .fma(r.mul(r), r)
                    .add(1f);
            FloatVector power = shifted.reinterpretAsInts()
                    .lanewise(LSHL, 23)
                    .add(0x3f80_0000)
                    .reinterpretAsFloats();
            FloatVector e = p.mul(power).blend(0f, v.compare(LT, SMALLEST));
            if (i + COUNT > count) {
                e = FloatVector.zero(F).blend(e, F.indexInRange(i, count));
            }
            e.intoArray(result, i);
            sum = sum.add(e);
        }
        return LaneSum.of(sum);
    }

    /// `x = exp(x)` for x <= 0 (holds up to 88), relative error below 1e-7: `2^n · exp(r)` with `|r| <= ln 2 / 2` and
    /// the polynomial of Cephes' `expf`. NaN stays NaN; minus infinity gives 0. Elements up to the
    /// next whole vector change too.
    static void replace(float[] x, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromArray(F, x, i);
            FloatVector shifted = v.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUNDER));
            FloatVector n = shifted.sub(ROUNDER);
            FloatVector r = n.fma(FloatVector.broadcast(F, -LN2_LOW), n.fma(FloatVector.broadcast(F, -LN2_HIGH), v));
            FloatVector p = FloatVector.broadcast(F, 1.9875691e-4f)
                    .fma(r, FloatVector.broadcast(F, 0.0013981999f))
                    .fma(r, FloatVector.broadcast(F, 0.008333452f))
                    .fma(r, FloatVector.broadcast(F, 0.041665796f))
                    .fma(r, FloatVector.broadcast(F, 0.16666666f))
                    .fma(r, FloatVector.broadcast(F, 0.5f))
                    .fma(r.mul(r), r)
                    .add(1f);
            FloatVector power = shifted.reinterpretAsInts()
                    .lanewise(LSHL, 23)
                    .add(0x3f80_0000)
                    .reinterpretAsFloats();
            p.mul(power).blend(0f, v.compare(LT, SMALLEST)).intoArray(x, i);
        }
    }
}
