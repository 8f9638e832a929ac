package dev.gantry.engine.cpu.matmul;

import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.gantry.engine.tensor.BFloat16;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Four stored rows of weights, each times one activation, added to a row of sums: `y += Σ x[i] · w[i]`.
///
/// Four at once, so that the sums are loaded and stored once while four rows stream by; more rows are more streams
/// than the prefetchers follow. With bf16 weights the sums
/// are split: of each block of two vectors first the even columns, then the odd ones.
final class AxpyKernels {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LE);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LE);
    private static final int L = F.length();
    private static final int UPPER_HALF = 0xffff0000;

    static final int ROWS = 4;
    /// Columns that are split into even and odd ones together.
    static final int SPLIT_BLOCK = 2 * L;

    private AxpyKernels() {}

    /// @param w weights; the first row starts at byte `wo`, the next ones `stride` bytes further each
    /// @param x activations, four from `xo` on, `xs` apart
    /// @param y sums, n from `yo` on
    static void f32(MemorySegment w, long wo, long stride, float[] x, int xo, int xs, float[] y, int yo, int n) {
        FloatVector x0 = FloatVector.broadcast(F, x[xo]);
        FloatVector x1 = FloatVector.broadcast(F, x[xo + xs]);
        FloatVector x2 = FloatVector.broadcast(F, x[xo + 2 * xs]);
        FloatVector x3 = FloatVector.broadcast(F, x[xo + 3 * xs]);
        int j = 0;
        for (; j <= n - L; j += L) {
            long o = wo + 4L * j;
            FloatVector s = FloatVector.fromArray(F, y, yo + j);
            s = FloatVector.fromMemorySegment(F, w, o, LE).fma(x0, s);
            s = FloatVector.fromMemorySegment(F, w, o + stride, LE).fma(x1, s);
            s = FloatVector.fromMemorySegment(F, w, o + 2 * stride, LE).fma(x2, s);
            s = FloatVector.fromMemorySegment(F, w, o + 3 * stride, LE).fma(x3, s);
            s.intoArray(y, yo + j);
        }
        for (; j < n; j++) {
            float s = y[yo + j];
            for (int row = 0; row < ROWS; row++) {
                s = Math.fma(w.get(FLOAT, wo + row * stride + 4L * j), x[xo + row * xs], s);
            }
            y[yo + j] = s;
        }
    }

    /// The same for bf16 weights; y is split.
    static void bf16(MemorySegment w, long wo, long stride, float[] x, int xo, int xs, float[] y, int yo, int n) {
        FloatVector x0 = FloatVector.broadcast(F, x[xo]);
        FloatVector x1 = FloatVector.broadcast(F, x[xo + xs]);
        FloatVector x2 = FloatVector.broadcast(F, x[xo + 2 * xs]);
        FloatVector x3 = FloatVector.broadcast(F, x[xo + 3 * xs]);
        int j = 0;
        for (; j <= n - 2 * L; j += 2 * L) {
            long o = wo + 2L * j;
            FloatVector even = FloatVector.fromArray(F, y, yo + j);
            FloatVector odd = FloatVector.fromArray(F, y, yo + j + L);
            IntVector v0 = IntVector.fromMemorySegment(I, w, o, LE);
            even = v0.lanewise(LSHL, 16).reinterpretAsFloats().fma(x0, even);
            odd = v0.and(UPPER_HALF).reinterpretAsFloats().fma(x0, odd);
            IntVector v1 = IntVector.fromMemorySegment(I, w, o + stride, LE);
            even = v1.lanewise(LSHL, 16).reinterpretAsFloats().fma(x1, even);
            odd = v1.and(UPPER_HALF).reinterpretAsFloats().fma(x1, odd);
            IntVector v2 = IntVector.fromMemorySegment(I, w, o + 2 * stride, LE);
            even = v2.lanewise(LSHL, 16).reinterpretAsFloats().fma(x2, even);
            odd = v2.and(UPPER_HALF).reinterpretAsFloats().fma(x2, odd);
            IntVector v3 = IntVector.fromMemorySegment(I, w, o + 3 * stride, LE);
            even = v3.lanewise(LSHL, 16).reinterpretAsFloats().fma(x3, even);
            odd = v3.and(UPPER_HALF).reinterpretAsFloats().fma(x3, odd);
            even.intoArray(y, yo + j);
            odd.intoArray(y, yo + j + L);
        }
        for (; j < n; j++) {
            float s = y[yo + j];
            for (int row = 0; row < ROWS; row++) {
                s = Math.fma(BFloat16.toFloat(w.get(SHORT, wo + row * stride + 2L * j)), x[xo + row * xs], s);
            }
            y[yo + j] = s;
        }
    }
}
