package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;

import jdk.incubator.vector.FloatVector;

/// Register-blocked products of small matrices in scratch: 8 rows by two vectors of columns at a time.
///
/// Sixteen accumulators hide the latency of two multiply-adds a cycle, and leave registers for the operands; with more
/// of them the compiler's luck varied from process to process. They are spelled out because an array of vectors would
/// live on the heap.
final class TileProduct {
    /// Rows of one call.
    static final int ROWS = 8;
    /// Columns of one call.
    static final int COLUMNS = 2 * COUNT;
    /// Distance of two steps of `a` in {@link #addColumns}.
    static final int A_STEP = 64;

    private TileProduct() {}

    /// `c[r][..] += Σ_k a[r][k] · b[k][..]` for k in `[from, to)`, a's rows `aStride` apart.
    static void addRows(
            float[] a,
            int aAt,
            int aStride,
            float[] b,
            int bAt,
            int bStride,
            int from,
            int to,
            float[] c,
            int cAt,
            int cStride) {
        FloatVector r0x = FloatVector.zero(F);
        FloatVector r0y = FloatVector.zero(F);
        FloatVector r1x = FloatVector.zero(F);
        FloatVector r1y = FloatVector.zero(F);
        FloatVector r2x = FloatVector.zero(F);
        FloatVector r2y = FloatVector.zero(F);
        FloatVector r3x = FloatVector.zero(F);
        FloatVector r3y = FloatVector.zero(F);
        FloatVector r4x = FloatVector.zero(F);
        FloatVector r4y = FloatVector.zero(F);
        FloatVector r5x = FloatVector.zero(F);
        FloatVector r5y = FloatVector.zero(F);
        FloatVector r6x = FloatVector.zero(F);
        FloatVector r6y = FloatVector.zero(F);
        FloatVector r7x = FloatVector.zero(F);
        FloatVector r7y = FloatVector.zero(F);
        for (int k = from; k < to; k++) {
            FloatVector x = FloatVector.fromArray(F, b, bAt + k * bStride);
            FloatVector y = FloatVector.fromArray(F, b, bAt + k * bStride + COUNT);
            FloatVector s0 = FloatVector.broadcast(F, a[aAt + k]);
            r0x = s0.fma(x, r0x);
            r0y = s0.fma(y, r0y);
            FloatVector s1 = FloatVector.broadcast(F, a[aAt + aStride + k]);
            r1x = s1.fma(x, r1x);
            r1y = s1.fma(y, r1y);
            FloatVector s2 = FloatVector.broadcast(F, a[aAt + 2 * aStride + k]);
            r2x = s2.fma(x, r2x);
            r2y = s2.fma(y, r2y);
            FloatVector s3 = FloatVector.broadcast(F, a[aAt + 3 * aStride + k]);
            r3x = s3.fma(x, r3x);
            r3y = s3.fma(y, r3y);
            FloatVector s4 = FloatVector.broadcast(F, a[aAt + 4 * aStride + k]);
            r4x = s4.fma(x, r4x);
            r4y = s4.fma(y, r4y);
            FloatVector s5 = FloatVector.broadcast(F, a[aAt + 5 * aStride + k]);
            r5x = s5.fma(x, r5x);
            r5y = s5.fma(y, r5y);
            FloatVector s6 = FloatVector.broadcast(F, a[aAt + 6 * aStride + k]);
            r6x = s6.fma(x, r6x);
            r6y = s6.fma(y, r6y);
            FloatVector s7 = FloatVector.broadcast(F, a[aAt + 7 * aStride + k]);
            r7x = s7.fma(x, r7x);
            r7y = s7.fma(y, r7y);
        }
        FloatVector.fromArray(F, c, cAt).add(r0x).intoArray(c, cAt);
        FloatVector.fromArray(F, c, cAt + COUNT).add(r0y).intoArray(c, cAt + COUNT);
        FloatVector.fromArray(F, c, cAt + cStride).add(r1x).intoArray(c, cAt + cStride);
        FloatVector.fromArray(F, c, cAt + cStride + COUNT).add(r1y).intoArray(c, cAt + cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 2 * cStride).add(r2x).intoArray(c, cAt + 2 * cStride);
        FloatVector.fromArray(F, c, cAt + 2 * cStride + COUNT).add(r2y).intoArray(c, cAt + 2 * cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 3 * cStride).add(r3x).intoArray(c, cAt + 3 * cStride);
        FloatVector.fromArray(F, c, cAt + 3 * cStride + COUNT).add(r3y).intoArray(c, cAt + 3 * cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 4 * cStride).add(r4x).intoArray(c, cAt + 4 * cStride);
        FloatVector.fromArray(F, c, cAt + 4 * cStride + COUNT).add(r4y).intoArray(c, cAt + 4 * cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 5 * cStride).add(r5x).intoArray(c, cAt + 5 * cStride);
        FloatVector.fromArray(F, c, cAt + 5 * cStride + COUNT).add(r5y).intoArray(c, cAt + 5 * cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 6 * cStride).add(r6x).intoArray(c, cAt + 6 * cStride);
        FloatVector.fromArray(F, c, cAt + 6 * cStride + COUNT).add(r6y).intoArray(c, cAt + 6 * cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 7 * cStride).add(r7x).intoArray(c, cAt + 7 * cStride);
        FloatVector.fromArray(F, c, cAt + 7 * cStride + COUNT).add(r7y).intoArray(c, cAt + 7 * cStride + COUNT);
    }

    /// `c[r][..] += Σ_k a[k][r] · b[k][..]` for k in `[from, to)`, a's rows {@link #A_STEP} apart.
    static void addColumns(
            float[] a, int aAt, float[] b, int bAt, int bStride, int from, int to, float[] c, int cAt, int cStride) {
        FloatVector r0x = FloatVector.zero(F);
        FloatVector r0y = FloatVector.zero(F);
        FloatVector r1x = FloatVector.zero(F);
        FloatVector r1y = FloatVector.zero(F);
        FloatVector r2x = FloatVector.zero(F);
        FloatVector r2y = FloatVector.zero(F);
        FloatVector r3x = FloatVector.zero(F);
        FloatVector r3y = FloatVector.zero(F);
        FloatVector r4x = FloatVector.zero(F);
        FloatVector r4y = FloatVector.zero(F);
        FloatVector r5x = FloatVector.zero(F);
        FloatVector r5y = FloatVector.zero(F);
        FloatVector r6x = FloatVector.zero(F);
        FloatVector r6y = FloatVector.zero(F);
        FloatVector r7x = FloatVector.zero(F);
        FloatVector r7y = FloatVector.zero(F);
        for (int k = from; k < to; k++) {
            FloatVector x = FloatVector.fromArray(F, b, bAt + k * bStride);
            FloatVector y = FloatVector.fromArray(F, b, bAt + k * bStride + COUNT);
            FloatVector s0 = FloatVector.broadcast(F, a[aAt + k * A_STEP]);
            r0x = s0.fma(x, r0x);
            r0y = s0.fma(y, r0y);
            FloatVector s1 = FloatVector.broadcast(F, a[aAt + k * A_STEP + 1]);
            r1x = s1.fma(x, r1x);
            r1y = s1.fma(y, r1y);
            FloatVector s2 = FloatVector.broadcast(F, a[aAt + k * A_STEP + 2]);
            r2x = s2.fma(x, r2x);
            r2y = s2.fma(y, r2y);
            FloatVector s3 = FloatVector.broadcast(F, a[aAt + k * A_STEP + 3]);
            r3x = s3.fma(x, r3x);
            r3y = s3.fma(y, r3y);
            FloatVector s4 = FloatVector.broadcast(F, a[aAt + k * A_STEP + 4]);
            r4x = s4.fma(x, r4x);
            r4y = s4.fma(y, r4y);
            FloatVector s5 = FloatVector.broadcast(F, a[aAt + k * A_STEP + 5]);
            r5x = s5.fma(x, r5x);
            r5y = s5.fma(y, r5y);
            FloatVector s6 = FloatVector.broadcast(F, a[aAt + k * A_STEP + 6]);
            r6x = s6.fma(x, r6x);
            r6y = s6.fma(y, r6y);
            FloatVector s7 = FloatVector.broadcast(F, a[aAt + k * A_STEP + 7]);
            r7x = s7.fma(x, r7x);
            r7y = s7.fma(y, r7y);
        }
        FloatVector.fromArray(F, c, cAt).add(r0x).intoArray(c, cAt);
        FloatVector.fromArray(F, c, cAt + COUNT).add(r0y).intoArray(c, cAt + COUNT);
        FloatVector.fromArray(F, c, cAt + cStride).add(r1x).intoArray(c, cAt + cStride);
        FloatVector.fromArray(F, c, cAt + cStride + COUNT).add(r1y).intoArray(c, cAt + cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 2 * cStride).add(r2x).intoArray(c, cAt + 2 * cStride);
        FloatVector.fromArray(F, c, cAt + 2 * cStride + COUNT).add(r2y).intoArray(c, cAt + 2 * cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 3 * cStride).add(r3x).intoArray(c, cAt + 3 * cStride);
        FloatVector.fromArray(F, c, cAt + 3 * cStride + COUNT).add(r3y).intoArray(c, cAt + 3 * cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 4 * cStride).add(r4x).intoArray(c, cAt + 4 * cStride);
        FloatVector.fromArray(F, c, cAt + 4 * cStride + COUNT).add(r4y).intoArray(c, cAt + 4 * cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 5 * cStride).add(r5x).intoArray(c, cAt + 5 * cStride);
        FloatVector.fromArray(F, c, cAt + 5 * cStride + COUNT).add(r5y).intoArray(c, cAt + 5 * cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 6 * cStride).add(r6x).intoArray(c, cAt + 6 * cStride);
        FloatVector.fromArray(F, c, cAt + 6 * cStride + COUNT).add(r6y).intoArray(c, cAt + 6 * cStride + COUNT);
        FloatVector.fromArray(F, c, cAt + 7 * cStride).add(r7x).intoArray(c, cAt + 7 * cStride);
        FloatVector.fromArray(F, c, cAt + 7 * cStride + COUNT).add(r7y).intoArray(c, cAt + 7 * cStride + COUNT);
    }
}
