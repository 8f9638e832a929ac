package dev.gantry.engine.cpu.matmul;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.gantry.engine.tensor.BFloat16;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// A few stored rows of weights times one or two rows of activations.
///
/// Several weight rows at once share the loads of x, and fewer instructions for each cache line let the processor have
/// more lines under way: that, not arithmetic, bounds a matrix-vector product. The accumulators are written out because
/// C2 keeps only local variables in registers. With bf16 weights x must be split: of each block of two vectors first
/// the even elements, then the odd ones, for a vector of pairs gives these by a shift and a mask.
final class DotKernels {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LE);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LE);
    private static final int L = F.length();
    private static final int UPPER_HALF = 0xffff0000;

    /// Elements of x that are split into even and odd ones together.
    static final int SPLIT_BLOCK = 2 * L;

    private DotKernels() {}

    /// Elements of a row that `splitX` covers; the rest stays in order.
    static int splitBound(int k) {
        return k - k % SPLIT_BLOCK;
    }

    /// Four rows of f32 weights.
    ///
    /// @param w weights; the first row starts at byte `wo`, the next ones `stride` bytes further each
    /// @param x activations, k from element `xo` on
    /// @param out receives the sums from element `oo` on
    static void f32x4(MemorySegment w, long wo, long stride, float[] x, int xo, int k, float[] out, int oo) {
        long w1 = wo + stride;
        long w2 = wo + 2 * stride;
        long w3 = wo + 3 * stride;
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i <= k - L; i += L) {
            FloatVector x0 = FloatVector.fromArray(F, x, xo + i);
            s0 = FloatVector.fromMemorySegment(F, w, wo + 4L * i, LE).fma(x0, s0);
            s1 = FloatVector.fromMemorySegment(F, w, w1 + 4L * i, LE).fma(x0, s1);
            s2 = FloatVector.fromMemorySegment(F, w, w2 + 4L * i, LE).fma(x0, s2);
            s3 = FloatVector.fromMemorySegment(F, w, w3 + 4L * i, LE).fma(x0, s3);
        }
        out[oo] = s0.reduceLanes(ADD);
        out[oo + 1] = s1.reduceLanes(ADD);
        out[oo + 2] = s2.reduceLanes(ADD);
        out[oo + 3] = s3.reduceLanes(ADD);
        for (; i < k; i++) {
            for (int row = 0; row < 4; row++) {
                float v = w.get(FLOAT, wo + row * stride + 4L * i);
                out[oo + row] = Math.fma(v, x[xo + i], out[oo + row]);
            }
        }
    }

    /// Four rows of f32 weights, two rows of activations, k elements apart.
    ///
    /// @param os distance of the second row's sums from the first's
    static void f32x4x2(MemorySegment w, long wo, long stride, float[] x, int xo, int k, float[] out, int oo, int os) {
        long w1 = wo + stride;
        long w2 = wo + 2 * stride;
        long w3 = wo + 3 * stride;
        FloatVector s0 = FloatVector.zero(F);
        FloatVector t0 = s0;
        FloatVector s1 = s0;
        FloatVector t1 = s0;
        FloatVector s2 = s0;
        FloatVector t2 = s0;
        FloatVector s3 = s0;
        FloatVector t3 = s0;
        int i = 0;
        for (; i <= k - L; i += L) {
            FloatVector x0 = FloatVector.fromArray(F, x, xo + i);
            FloatVector x1 = FloatVector.fromArray(F, x, xo + k + i);
            FloatVector v0 = FloatVector.fromMemorySegment(F, w, wo + 4L * i, LE);
            s0 = v0.fma(x0, s0);
            t0 = v0.fma(x1, t0);
            FloatVector v1 = FloatVector.fromMemorySegment(F, w, w1 + 4L * i, LE);
            s1 = v1.fma(x0, s1);
            t1 = v1.fma(x1, t1);
            FloatVector v2 = FloatVector.fromMemorySegment(F, w, w2 + 4L * i, LE);
            s2 = v2.fma(x0, s2);
            t2 = v2.fma(x1, t2);
            FloatVector v3 = FloatVector.fromMemorySegment(F, w, w3 + 4L * i, LE);
            s3 = v3.fma(x0, s3);
            t3 = v3.fma(x1, t3);
        }
        out[oo] = s0.reduceLanes(ADD);
        out[oo + os] = t0.reduceLanes(ADD);
        out[oo + 1] = s1.reduceLanes(ADD);
        out[oo + os + 1] = t1.reduceLanes(ADD);
        out[oo + 2] = s2.reduceLanes(ADD);
        out[oo + os + 2] = t2.reduceLanes(ADD);
        out[oo + 3] = s3.reduceLanes(ADD);
        out[oo + os + 3] = t3.reduceLanes(ADD);
        for (; i < k; i++) {
            for (int row = 0; row < 4; row++) {
                float v = w.get(FLOAT, wo + row * stride + 4L * i);
                out[oo + row] = Math.fma(v, x[xo + i], out[oo + row]);
                out[oo + os + row] = Math.fma(v, x[xo + k + i], out[oo + os + row]);
            }
        }
    }

    /// One row of f32 weights.
    static void f32x1(MemorySegment w, long wo, long stride, float[] x, int xo, int k, float[] out, int oo) {
        FloatVector s0 = FloatVector.zero(F);
        int i = 0;
        for (; i <= k - L; i += L) {
            FloatVector x0 = FloatVector.fromArray(F, x, xo + i);
            s0 = FloatVector.fromMemorySegment(F, w, wo + 4L * i, LE).fma(x0, s0);
        }
        out[oo] = s0.reduceLanes(ADD);
        for (; i < k; i++) {
            for (int row = 0; row < 1; row++) {
                float v = w.get(FLOAT, wo + row * stride + 4L * i);
                out[oo + row] = Math.fma(v, x[xo + i], out[oo + row]);
            }
        }
    }

    /// Eight rows of bf16 weights; x is split.
    static void bf16x8(MemorySegment w, long wo, long stride, float[] x, int xo, int k, float[] out, int oo) {
        long w1 = wo + stride;
        long w2 = wo + 2 * stride;
        long w3 = wo + 3 * stride;
        long w4 = wo + 4 * stride;
        long w5 = wo + 5 * stride;
        long w6 = wo + 6 * stride;
        long w7 = wo + 7 * stride;
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        int i = 0;
        for (; i <= k - 2 * L; i += 2 * L) {
            FloatVector even0 = FloatVector.fromArray(F, x, xo + i);
            FloatVector odd0 = FloatVector.fromArray(F, x, xo + i + L);
            IntVector v0 = IntVector.fromMemorySegment(I, w, wo + 2L * i, LE);
            s0 = v0.lanewise(LSHL, 16).reinterpretAsFloats().fma(even0, s0);
            s0 = v0.and(UPPER_HALF).reinterpretAsFloats().fma(odd0, s0);
            IntVector v1 = IntVector.fromMemorySegment(I, w, w1 + 2L * i, LE);
            s1 = v1.lanewise(LSHL, 16).reinterpretAsFloats().fma(even0, s1);
            s1 = v1.and(UPPER_HALF).reinterpretAsFloats().fma(odd0, s1);
            IntVector v2 = IntVector.fromMemorySegment(I, w, w2 + 2L * i, LE);
            s2 = v2.lanewise(LSHL, 16).reinterpretAsFloats().fma(even0, s2);
            s2 = v2.and(UPPER_HALF).reinterpretAsFloats().fma(odd0, s2);
            IntVector v3 = IntVector.fromMemorySegment(I, w, w3 + 2L * i, LE);
            s3 = v3.lanewise(LSHL, 16).reinterpretAsFloats().fma(even0, s3);
            s3 = v3.and(UPPER_HALF).reinterpretAsFloats().fma(odd0, s3);
            IntVector v4 = IntVector.fromMemorySegment(I, w, w4 + 2L * i, LE);
            s4 = v4.lanewise(LSHL, 16).reinterpretAsFloats().fma(even0, s4);
            s4 = v4.and(UPPER_HALF).reinterpretAsFloats().fma(odd0, s4);
            IntVector v5 = IntVector.fromMemorySegment(I, w, w5 + 2L * i, LE);
            s5 = v5.lanewise(LSHL, 16).reinterpretAsFloats().fma(even0, s5);
            s5 = v5.and(UPPER_HALF).reinterpretAsFloats().fma(odd0, s5);
            IntVector v6 = IntVector.fromMemorySegment(I, w, w6 + 2L * i, LE);
            s6 = v6.lanewise(LSHL, 16).reinterpretAsFloats().fma(even0, s6);
            s6 = v6.and(UPPER_HALF).reinterpretAsFloats().fma(odd0, s6);
            IntVector v7 = IntVector.fromMemorySegment(I, w, w7 + 2L * i, LE);
            s7 = v7.lanewise(LSHL, 16).reinterpretAsFloats().fma(even0, s7);
            s7 = v7.and(UPPER_HALF).reinterpretAsFloats().fma(odd0, s7);
        }
        out[oo] = s0.reduceLanes(ADD);
        out[oo + 1] = s1.reduceLanes(ADD);
        out[oo + 2] = s2.reduceLanes(ADD);
        out[oo + 3] = s3.reduceLanes(ADD);
        out[oo + 4] = s4.reduceLanes(ADD);
        out[oo + 5] = s5.reduceLanes(ADD);
        out[oo + 6] = s6.reduceLanes(ADD);
        out[oo + 7] = s7.reduceLanes(ADD);
        for (; i < k; i++) {
            for (int row = 0; row < 8; row++) {
                float v = BFloat16.toFloat(w.get(SHORT, wo + row * stride + 2L * i));
                out[oo + row] = Math.fma(v, x[xo + i], out[oo + row]);
            }
        }
    }

    /// Four rows of bf16 weights, two rows of activations; x is split.
    static void bf16x4x2(MemorySegment w, long wo, long stride, float[] x, int xo, int k, float[] out, int oo, int os) {
        long w1 = wo + stride;
        long w2 = wo + 2 * stride;
        long w3 = wo + 3 * stride;
        FloatVector s0 = FloatVector.zero(F);
        FloatVector t0 = s0;
        FloatVector s1 = s0;
        FloatVector t1 = s0;
        FloatVector s2 = s0;
        FloatVector t2 = s0;
        FloatVector s3 = s0;
        FloatVector t3 = s0;
        int i = 0;
        for (; i <= k - 2 * L; i += 2 * L) {
            FloatVector even0 = FloatVector.fromArray(F, x, xo + i);
            FloatVector odd0 = FloatVector.fromArray(F, x, xo + i + L);
            FloatVector even1 = FloatVector.fromArray(F, x, xo + k + i);
            FloatVector odd1 = FloatVector.fromArray(F, x, xo + k + i + L);
            IntVector v0 = IntVector.fromMemorySegment(I, w, wo + 2L * i, LE);
            FloatVector lower0 = v0.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector upper0 = v0.and(UPPER_HALF).reinterpretAsFloats();
            s0 = upper0.fma(odd0, lower0.fma(even0, s0));
            t0 = upper0.fma(odd1, lower0.fma(even1, t0));
            IntVector v1 = IntVector.fromMemorySegment(I, w, w1 + 2L * i, LE);
            FloatVector lower1 = v1.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector upper1 = v1.and(UPPER_HALF).reinterpretAsFloats();
            s1 = upper1.fma(odd0, lower1.fma(even0, s1));
            t1 = upper1.fma(odd1, lower1.fma(even1, t1));
            IntVector v2 = IntVector.fromMemorySegment(I, w, w2 + 2L * i, LE);
            FloatVector lower2 = v2.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector upper2 = v2.and(UPPER_HALF).reinterpretAsFloats();
            s2 = upper2.fma(odd0, lower2.fma(even0, s2));
            t2 = upper2.fma(odd1, lower2.fma(even1, t2));
            IntVector v3 = IntVector.fromMemorySegment(I, w, w3 + 2L * i, LE);
            FloatVector lower3 = v3.lanewise(LSHL, 16).reinterpretAsFloats();
            FloatVector upper3 = v3.and(UPPER_HALF).reinterpretAsFloats();
            s3 = upper3.fma(odd0, lower3.fma(even0, s3));
            t3 = upper3.fma(odd1, lower3.fma(even1, t3));
        }
        out[oo] = s0.reduceLanes(ADD);
        out[oo + os] = t0.reduceLanes(ADD);
        out[oo + 1] = s1.reduceLanes(ADD);
        out[oo + os + 1] = t1.reduceLanes(ADD);
        out[oo + 2] = s2.reduceLanes(ADD);
        out[oo + os + 2] = t2.reduceLanes(ADD);
        out[oo + 3] = s3.reduceLanes(ADD);
        out[oo + os + 3] = t3.reduceLanes(ADD);
        for (; i < k; i++) {
            for (int row = 0; row < 4; row++) {
                float v = BFloat16.toFloat(w.get(SHORT, wo + row * stride + 2L * i));
                out[oo + row] = Math.fma(v, x[xo + i], out[oo + row]);
                out[oo + os + row] = Math.fma(v, x[xo + k + i], out[oo + os + row]);
            }
        }
    }

    /// One row of bf16 weights; x is split.
    static void bf16x1(MemorySegment w, long wo, long stride, float[] x, int xo, int k, float[] out, int oo) {
        FloatVector s0 = FloatVector.zero(F);
        int i = 0;
        for (; i <= k - 2 * L; i += 2 * L) {
            FloatVector even0 = FloatVector.fromArray(F, x, xo + i);
            FloatVector odd0 = FloatVector.fromArray(F, x, xo + i + L);
            IntVector v0 = IntVector.fromMemorySegment(I, w, wo + 2L * i, LE);
            s0 = v0.lanewise(LSHL, 16).reinterpretAsFloats().fma(even0, s0);
            s0 = v0.and(UPPER_HALF).reinterpretAsFloats().fma(odd0, s0);
        }
        out[oo] = s0.reduceLanes(ADD);
        for (; i < k; i++) {
            for (int row = 0; row < 1; row++) {
                float v = BFloat16.toFloat(w.get(SHORT, wo + row * stride + 2L * i));
                out[oo + row] = Math.fma(v, x[xo + i], out[oo + row]);
            }
        }
    }
}
