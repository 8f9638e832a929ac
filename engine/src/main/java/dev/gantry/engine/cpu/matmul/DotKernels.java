package dev.gantry.engine.cpu.matmul;

import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.gantry.engine.cpu.LaneSum;
import dev.gantry.engine.tensor.BFloat16;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Stored rows of weights times rows of activations, as fast as memory delivers the weights.
///
/// What bounds these loops is how many cache lines are under way at once, not arithmetic. The shapes below were the
/// fastest of some forty on Zen 5 under JDK 25 (80 to 90 % of a plain read): two distant f32 streams, which C2 unrolls
/// itself, and one bf16 stream of four vectors, which it does not. The accumulators are written out because C2 keeps
/// only local variables in registers. With bf16 weights x must be split: of each block of two vectors first the even
/// elements, then the odd ones, for a vector of pairs gives these by a shift and a mask.
final class DotKernels {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LE);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LE);
    private static final int L = F.length();
    private static final int UPPER_HALF = 0xffff0000;

    /// Scratch for the sums of a kernel before their lanes are added.
    static final int LANES = 4 * L;

    /// Elements of x that are split into even and odd ones together.
    static final int SPLIT_BLOCK = 2 * L;

    private DotKernels() {}

    /// Elements of a row that `splitX` covers; the rest stays in order.
    static int splitBound(int k) {
        return k - k % SPLIT_BLOCK;
    }

    /// Two rows of f32 weights, best far from each other.
    ///
    /// @param w weights; the rows start at bytes `w0` and `w1`
    /// @param x activations, k from element `xo` on
    /// @param lanes scratch of {@link #LANES} elements
    /// @param out receives the two sums at `o0` and `o1`
    static void f32x2(
            MemorySegment w, long w0, long w1, float[] x, int xo, int k, float[] lanes, float[] out, int o0, int o1) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        int i = 0;
        for (; i <= k - L; i += L) {
            FloatVector x0 = FloatVector.fromArray(F, x, xo + i);
            FloatVector v0 = FloatVector.fromMemorySegment(F, w, w0 + 4L * i, LE);
            s0 = v0.fma(x0, s0);
            FloatVector v1 = FloatVector.fromMemorySegment(F, w, w1 + 4L * i, LE);
            s1 = v1.fma(x0, s1);
        }
        s0.intoArray(lanes, 0);
        float sum0 = LaneSum.of(lanes, 0);
        s1.intoArray(lanes, L);
        float sum1 = LaneSum.of(lanes, L);
        for (; i < k; i++) {
            float v0 = w.get(FLOAT, w0 + 4L * i);
            float v1 = w.get(FLOAT, w1 + 4L * i);
            sum0 = Math.fma(v0, x[xo + i], sum0);
            sum1 = Math.fma(v1, x[xo + i], sum1);
        }
        out[o0] = sum0;
        out[o1] = sum1;
    }

    /// Two rows of f32 weights, two rows of activations, k elements apart.
    ///
    /// @param os distance of the second activation row's sums from the first's
    static void f32x2x2(
            MemorySegment w,
            long w0,
            long w1,
            float[] x,
            int xo,
            int k,
            float[] lanes,
            float[] out,
            int o0,
            int o1,
            int os) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector t0 = s0;
        FloatVector t1 = s0;
        int i = 0;
        for (; i <= k - L; i += L) {
            FloatVector x0 = FloatVector.fromArray(F, x, xo + i);
            FloatVector x1 = FloatVector.fromArray(F, x, xo + k + i);
            FloatVector v0 = FloatVector.fromMemorySegment(F, w, w0 + 4L * i, LE);
            s0 = v0.fma(x0, s0);
            t0 = v0.fma(x1, t0);
            FloatVector v1 = FloatVector.fromMemorySegment(F, w, w1 + 4L * i, LE);
            s1 = v1.fma(x0, s1);
            t1 = v1.fma(x1, t1);
        }
        s0.intoArray(lanes, 0);
        float sum0 = LaneSum.of(lanes, 0);
        s1.intoArray(lanes, L);
        float sum1 = LaneSum.of(lanes, L);
        t0.intoArray(lanes, 2 * L);
        float sum2 = LaneSum.of(lanes, 2 * L);
        t1.intoArray(lanes, 3 * L);
        float sum3 = LaneSum.of(lanes, 3 * L);
        for (; i < k; i++) {
            float v0 = w.get(FLOAT, w0 + 4L * i);
            float v1 = w.get(FLOAT, w1 + 4L * i);
            sum0 = Math.fma(v0, x[xo + i], sum0);
            sum1 = Math.fma(v1, x[xo + i], sum1);
            sum2 = Math.fma(v0, x[xo + k + i], sum2);
            sum3 = Math.fma(v1, x[xo + k + i], sum3);
        }
        out[o0] = sum0;
        out[o1] = sum1;
        out[o0 + os] = sum2;
        out[o1 + os] = sum3;
    }

    /// One row of bf16 weights; x is split.
    static void bf16x1(MemorySegment w, long wo, float[] x, int xo, int k, float[] lanes, float[] out, int oo) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i <= k - 8 * L; i += 8 * L) {
            IntVector v0 = IntVector.fromMemorySegment(I, w, wo + 2L * i, LE);
            FloatVector even0 = v0.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector odd0 = v0.and(UPPER_HALF).reinterpretAsFloats();
            s0 = even0.fma(FloatVector.fromArray(F, x, xo + i), s0);
            s0 = odd0.fma(FloatVector.fromArray(F, x, xo + i + L), s0);
            IntVector v1 = IntVector.fromMemorySegment(I, w, wo + 2L * i + 4L * L, LE);
            FloatVector even1 = v1.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector odd1 = v1.and(UPPER_HALF).reinterpretAsFloats();
            s1 = even1.fma(FloatVector.fromArray(F, x, xo + i + 2 * L), s1);
            s1 = odd1.fma(FloatVector.fromArray(F, x, xo + i + 3 * L), s1);
            IntVector v2 = IntVector.fromMemorySegment(I, w, wo + 2L * i + 8L * L, LE);
            FloatVector even2 = v2.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector odd2 = v2.and(UPPER_HALF).reinterpretAsFloats();
            s2 = even2.fma(FloatVector.fromArray(F, x, xo + i + 4 * L), s2);
            s2 = odd2.fma(FloatVector.fromArray(F, x, xo + i + 5 * L), s2);
            IntVector v3 = IntVector.fromMemorySegment(I, w, wo + 2L * i + 12L * L, LE);
            FloatVector even3 = v3.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector odd3 = v3.and(UPPER_HALF).reinterpretAsFloats();
            s3 = even3.fma(FloatVector.fromArray(F, x, xo + i + 6 * L), s3);
            s3 = odd3.fma(FloatVector.fromArray(F, x, xo + i + 7 * L), s3);
        }
        s0.add(s1).add(s2.add(s3)).intoArray(lanes, 0);
        float sum0 = LaneSum.of(lanes, 0);
        sum0 += bf16Rest(w, wo + 2L * i, x, xo + i, k - i, lanes);
        out[oo] = sum0;
    }

    /// The last elements of a row, fewer than eight vectors. On its own, for sums that live through two loops get
    /// boxed.
    private static float bf16Rest(MemorySegment w, long wo, float[] x, int xo, int k, float[] lanes) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        int i = 0;
        for (; i <= k - 2 * L; i += 2 * L) {
            IntVector v = IntVector.fromMemorySegment(I, w, wo + 2L * i, LE);
            s0 = v.lanewise(LSHL, 16).reinterpretAsFloats().fma(FloatVector.fromArray(F, x, xo + i), s0);
            s1 = v.and(UPPER_HALF).reinterpretAsFloats().fma(FloatVector.fromArray(F, x, xo + i + L), s1);
        }
        s0.add(s1).intoArray(lanes, 0);
        float sum = LaneSum.of(lanes, 0);
        for (; i < k; i++) {
            sum = Math.fma(BFloat16.toFloat(w.get(SHORT, wo + 2L * i)), x[xo + i], sum);
        }
        return sum;
    }
}
