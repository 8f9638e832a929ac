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
/// What bounds these loops is how many cache lines are under way at once, not arithmetic. Two distant f32 streams with
/// x in an array were the fastest of some sixty shapes on Zen 5 under JDK 25 (80 to 90 % of a plain read). One bf16
/// stream did as well there as several, but reaches 60 % of a plain read on Sapphire Rapids, two 80 % and four all of
/// it; x lies in plain memory, for other mixtures cost C2 checks or registers, up to half the speed. The accumulators
/// are written out because C2 keeps only local variables in registers. With bf16 weights x must be split: of each block
/// of two vectors first the even elements, then the odd ones, for a vector of pairs gives these by a shift and a mask.
final class DotKernels {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LE);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LE);
    private static final int L = F.length();
    /// All of memory: spares the inner loop the checks of a second segment.
    @SuppressWarnings("restricted") // read only, at addresses of memory that the caller owns
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /// Clears the lower of the two bf16 in a lane, which leaves the upper one as f32.
    static final int UPPER_HALF = 0xffff0000;

    /// Lanes of a row's vector of sums.
    static final int LANES = L;
    /// Elements that {@link #bf16} takes at once.
    static final int BF16_BLOCK = 4 * L;

    /// Elements of x that are split into even and odd ones together.
    static final int SPLIT_BLOCK = 2 * L;

    private DotKernels() {}

    /// Elements of a row that `splitX` covers; the rest stays in order.
    static int splitBound(int k) {
        return k - k % SPLIT_BLOCK;
    }

    /// The whole vectors of two rows of f32 weights, best far from each other.
    ///
    /// @param w weights; the rows start at bytes `w0` and `w1`
    /// @param x activations, k from element `xo` on
    /// @param lanes receives a vector of sums for each row, from `l0` and from `l1` on
    static void f32(MemorySegment w, long w0, long w1, float[] x, int xo, int k, float[] lanes, int l0, int l1) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        for (int i = 0; i <= k - L; i += L) {
            FloatVector x0 = FloatVector.fromArray(F, x, xo + i);
            s0 = FloatVector.fromMemorySegment(F, w, w0 + 4L * i, LE).fma(x0, s0);
            s1 = FloatVector.fromMemorySegment(F, w, w1 + 4L * i, LE).fma(x0, s1);
        }
        s0.intoArray(lanes, l0);
        s1.intoArray(lanes, l1);
    }

    /// The same for two rows of activations, k elements apart.
    ///
    /// @param ls distance of the second activation row's sums from the first's
    static void f32x2(
            MemorySegment w, long w0, long w1, float[] x, int xo, int k, float[] lanes, int l0, int l1, int ls) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector t0 = s0;
        FloatVector t1 = s0;
        for (int i = 0; i <= k - L; i += L) {
            FloatVector x0 = FloatVector.fromArray(F, x, xo + i);
            FloatVector x1 = FloatVector.fromArray(F, x, xo + k + i);
            FloatVector v0 = FloatVector.fromMemorySegment(F, w, w0 + 4L * i, LE);
            s0 = v0.fma(x0, s0);
            t0 = v0.fma(x1, t0);
            FloatVector v1 = FloatVector.fromMemorySegment(F, w, w1 + 4L * i, LE);
            s1 = v1.fma(x0, s1);
            t1 = v1.fma(x1, t1);
        }
        s0.intoArray(lanes, l0);
        s1.intoArray(lanes, l1);
        t0.intoArray(lanes, ls + l0);
        t1.intoArray(lanes, ls + l1);
    }

    /// The last elements of a row of f32 weights, fewer than a vector.
    static float f32Rest(MemorySegment w, long wo, float[] x, int xo, int k) {
        float sum = 0;
        for (int i = 0; i < k; i++) {
            sum = Math.fma(w.get(FLOAT, wo + 4L * i), x[xo + i], sum);
        }
        return sum;
    }

    /// Adds up the vector of each row.
    static void fold(float[] lanes, int from, int rows, float[] sums, int to) {
        for (int row = 0; row < rows; row++) {
            sums[to + row] = LaneSum.of(FloatVector.fromArray(F, lanes, from + row * L));
        }
    }

    /// The whole vectors of some rows of bf16 weights; {@link #bf16Rest} has the other elements. The quarters of the
    /// rows stream side by side; where they do not divide evenly, the last row goes several times.
    ///
    /// @param w weights; the first row starts at byte `wo`, the next ones `stride` bytes further each
    /// @param x address of split activations, k f32
    /// @param lanes receives a vector of sums for each row
    static void bf16(MemorySegment w, long wo, long stride, int rows, long x, int k, float[] lanes) {
        int bound = k - k % (4 * L);
        int quarter = (rows + 3) / 4;
        for (int row = 0; row < quarter; row++) {
            int row1 = Math.min(row + quarter, rows - 1);
            int row2 = Math.min(row + 2 * quarter, rows - 1);
            int row3 = Math.min(row + 3 * quarter, rows - 1);
            long w0 = wo + row * stride;
            long w1 = wo + row1 * stride;
            long w2 = wo + row2 * stride;
            long w3 = wo + row3 * stride;
            FloatVector s0 = FloatVector.zero(F);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector t0 = s0;
            FloatVector t1 = s0;
            FloatVector t2 = s0;
            FloatVector t3 = s0;
            for (int i = 0; i < bound; i += 4 * L) {
                FloatVector even = FloatVector.fromMemorySegment(F, MEMORY, x + 4L * i, LE);
                FloatVector odd = FloatVector.fromMemorySegment(F, MEMORY, x + 4L * (i + L), LE);
                IntVector v0 = IntVector.fromMemorySegment(I, w, w0 + 2L * i, LE);
                s0 = v0.lanewise(LSHL, 16).reinterpretAsFloats().fma(even, s0);
                s0 = v0.and(UPPER_HALF).reinterpretAsFloats().fma(odd, s0);
                IntVector v1 = IntVector.fromMemorySegment(I, w, w1 + 2L * i, LE);
                s1 = v1.lanewise(LSHL, 16).reinterpretAsFloats().fma(even, s1);
                s1 = v1.and(UPPER_HALF).reinterpretAsFloats().fma(odd, s1);
                IntVector v2 = IntVector.fromMemorySegment(I, w, w2 + 2L * i, LE);
                s2 = v2.lanewise(LSHL, 16).reinterpretAsFloats().fma(even, s2);
                s2 = v2.and(UPPER_HALF).reinterpretAsFloats().fma(odd, s2);
                IntVector v3 = IntVector.fromMemorySegment(I, w, w3 + 2L * i, LE);
                s3 = v3.lanewise(LSHL, 16).reinterpretAsFloats().fma(even, s3);
                s3 = v3.and(UPPER_HALF).reinterpretAsFloats().fma(odd, s3);
                even = FloatVector.fromMemorySegment(F, MEMORY, x + 4L * (i + 2 * L), LE);
                odd = FloatVector.fromMemorySegment(F, MEMORY, x + 4L * (i + 3 * L), LE);
                v0 = IntVector.fromMemorySegment(I, w, w0 + 2L * (i + 2 * L), LE);
                t0 = v0.lanewise(LSHL, 16).reinterpretAsFloats().fma(even, t0);
                t0 = v0.and(UPPER_HALF).reinterpretAsFloats().fma(odd, t0);
                v1 = IntVector.fromMemorySegment(I, w, w1 + 2L * (i + 2 * L), LE);
                t1 = v1.lanewise(LSHL, 16).reinterpretAsFloats().fma(even, t1);
                t1 = v1.and(UPPER_HALF).reinterpretAsFloats().fma(odd, t1);
                v2 = IntVector.fromMemorySegment(I, w, w2 + 2L * (i + 2 * L), LE);
                t2 = v2.lanewise(LSHL, 16).reinterpretAsFloats().fma(even, t2);
                t2 = v2.and(UPPER_HALF).reinterpretAsFloats().fma(odd, t2);
                v3 = IntVector.fromMemorySegment(I, w, w3 + 2L * (i + 2 * L), LE);
                t3 = v3.lanewise(LSHL, 16).reinterpretAsFloats().fma(even, t3);
                t3 = v3.and(UPPER_HALF).reinterpretAsFloats().fma(odd, t3);
            }
            s0.add(t0).intoArray(lanes, row * L);
            s1.add(t1).intoArray(lanes, row1 * L);
            s2.add(t2).intoArray(lanes, row2 * L);
            s3.add(t3).intoArray(lanes, row3 * L);
        }
    }

    /// The last elements of a row, fewer than four vectors.
    static float bf16Rest(MemorySegment w, long wo, MemorySegment x, long xo, int k) {
        float sum = 0;
        int split = splitBound(k) == 0 ? 0 : SPLIT_BLOCK;
        for (int i = 0; i < split; i++) {
            int at = i % 2 * L + i / 2;
            sum = Math.fma(BFloat16.toFloat(w.get(SHORT, wo + 2L * i)), x.get(FLOAT, xo + 4L * at), sum);
        }
        for (int i = split; i < k; i++) {
            sum = Math.fma(BFloat16.toFloat(w.get(SHORT, wo + 2L * i)), x.get(FLOAT, xo + 4L * i), sum);
        }
        return sum;
    }
}
