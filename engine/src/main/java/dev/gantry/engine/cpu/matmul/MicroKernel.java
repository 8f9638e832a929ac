package dev.gantry.engine.cpu.matmul;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The innermost loop of {@link VectorMatmul}: a block of {@link #ROWS} rows by two vectors stays in registers while
/// the depth runs by. About nine tenths of the arithmetic of a product happens here.
///
/// It is unrolled by hand because C2 keeps a vector in a register only while it is a local variable of its own: in an
/// array or a loop over rows each sum would be boxed, a hundred times slower. Twelve rows fill 24 of the 32 registers
/// of AVX-512 and NEON; six rows 12 of the 16 of AVX2. Operands and sums are heap arrays: the same loop over memory
/// segments did not compile at all within C1's limits.
final class MicroKernel {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int L = F.length();
    /// Rows of a block.
    static final int ROWS = F.vectorBitSize() == 256 ? 6 : 12;
    /// Columns of a block.
    static final int COLUMNS = 2 * L;

    private MicroKernel() {}

    /// `sums = a · b` for one block.
    ///
    /// @param a from `ao` on, `depth` times {@link #ROWS} elements
    /// @param b from `bo` on, `depth` times {@link #COLUMNS} elements
    /// @param sums {@link #ROWS} times {@link #COLUMNS}, overwritten
    static void multiply(float[] a, int ao, float[] b, int bo, int depth, float[] sums) {
        if (ROWS == 12) {
            twelveRows(a, ao, b, bo, depth, sums);
        } else {
            sixRows(a, ao, b, bo, depth, sums);
        }
    }

    private static void twelveRows(float[] a, int ao, float[] b, int bo, int depth, float[] sums) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector t0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector t1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector t2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        FloatVector t3 = FloatVector.zero(F);
        FloatVector s4 = FloatVector.zero(F);
        FloatVector t4 = FloatVector.zero(F);
        FloatVector s5 = FloatVector.zero(F);
        FloatVector t5 = FloatVector.zero(F);
        FloatVector s6 = FloatVector.zero(F);
        FloatVector t6 = FloatVector.zero(F);
        FloatVector s7 = FloatVector.zero(F);
        FloatVector t7 = FloatVector.zero(F);
        FloatVector s8 = FloatVector.zero(F);
        FloatVector t8 = FloatVector.zero(F);
        FloatVector s9 = FloatVector.zero(F);
        FloatVector t9 = FloatVector.zero(F);
        FloatVector s10 = FloatVector.zero(F);
        FloatVector t10 = FloatVector.zero(F);
        FloatVector s11 = FloatVector.zero(F);
        FloatVector t11 = FloatVector.zero(F);
        int ai = ao;
        int bi = bo;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bi);
            FloatVector b1 = FloatVector.fromArray(F, b, bi + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ai]);
            s0 = a0.fma(b0, s0);
            t0 = a0.fma(b1, t0);
            FloatVector a1 = FloatVector.broadcast(F, a[ai + 1]);
            s1 = a1.fma(b0, s1);
            t1 = a1.fma(b1, t1);
            FloatVector a2 = FloatVector.broadcast(F, a[ai + 2]);
            s2 = a2.fma(b0, s2);
            t2 = a2.fma(b1, t2);
            FloatVector a3 = FloatVector.broadcast(F, a[ai + 3]);
            s3 = a3.fma(b0, s3);
            t3 = a3.fma(b1, t3);
            FloatVector a4 = FloatVector.broadcast(F, a[ai + 4]);
            s4 = a4.fma(b0, s4);
            t4 = a4.fma(b1, t4);
            FloatVector a5 = FloatVector.broadcast(F, a[ai + 5]);
            s5 = a5.fma(b0, s5);
            t5 = a5.fma(b1, t5);
            FloatVector a6 = FloatVector.broadcast(F, a[ai + 6]);
            s6 = a6.fma(b0, s6);
            t6 = a6.fma(b1, t6);
            FloatVector a7 = FloatVector.broadcast(F, a[ai + 7]);
            s7 = a7.fma(b0, s7);
            t7 = a7.fma(b1, t7);
            FloatVector a8 = FloatVector.broadcast(F, a[ai + 8]);
            s8 = a8.fma(b0, s8);
            t8 = a8.fma(b1, t8);
            FloatVector a9 = FloatVector.broadcast(F, a[ai + 9]);
            s9 = a9.fma(b0, s9);
            t9 = a9.fma(b1, t9);
            FloatVector a10 = FloatVector.broadcast(F, a[ai + 10]);
            s10 = a10.fma(b0, s10);
            t10 = a10.fma(b1, t10);
            FloatVector a11 = FloatVector.broadcast(F, a[ai + 11]);
            s11 = a11.fma(b0, s11);
            t11 = a11.fma(b1, t11);
            ai += 12;
            bi += COLUMNS;
        }
        s0.intoArray(sums, 0);
        t0.intoArray(sums, L);
        s1.intoArray(sums, 1 * COLUMNS);
        t1.intoArray(sums, 1 * COLUMNS + L);
        s2.intoArray(sums, 2 * COLUMNS);
        t2.intoArray(sums, 2 * COLUMNS + L);
        s3.intoArray(sums, 3 * COLUMNS);
        t3.intoArray(sums, 3 * COLUMNS + L);
        s4.intoArray(sums, 4 * COLUMNS);
        t4.intoArray(sums, 4 * COLUMNS + L);
        s5.intoArray(sums, 5 * COLUMNS);
        t5.intoArray(sums, 5 * COLUMNS + L);
        s6.intoArray(sums, 6 * COLUMNS);
        t6.intoArray(sums, 6 * COLUMNS + L);
        s7.intoArray(sums, 7 * COLUMNS);
        t7.intoArray(sums, 7 * COLUMNS + L);
        s8.intoArray(sums, 8 * COLUMNS);
        t8.intoArray(sums, 8 * COLUMNS + L);
        s9.intoArray(sums, 9 * COLUMNS);
        t9.intoArray(sums, 9 * COLUMNS + L);
        s10.intoArray(sums, 10 * COLUMNS);
        t10.intoArray(sums, 10 * COLUMNS + L);
        s11.intoArray(sums, 11 * COLUMNS);
        t11.intoArray(sums, 11 * COLUMNS + L);
    }

    private static void sixRows(float[] a, int ao, float[] b, int bo, int depth, float[] sums) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector t0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector t1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector t2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        FloatVector t3 = FloatVector.zero(F);
        FloatVector s4 = FloatVector.zero(F);
        FloatVector t4 = FloatVector.zero(F);
        FloatVector s5 = FloatVector.zero(F);
        FloatVector t5 = FloatVector.zero(F);
        int ai = ao;
        int bi = bo;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bi);
            FloatVector b1 = FloatVector.fromArray(F, b, bi + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ai]);
            s0 = a0.fma(b0, s0);
            t0 = a0.fma(b1, t0);
            FloatVector a1 = FloatVector.broadcast(F, a[ai + 1]);
            s1 = a1.fma(b0, s1);
            t1 = a1.fma(b1, t1);
            FloatVector a2 = FloatVector.broadcast(F, a[ai + 2]);
            s2 = a2.fma(b0, s2);
            t2 = a2.fma(b1, t2);
            FloatVector a3 = FloatVector.broadcast(F, a[ai + 3]);
            s3 = a3.fma(b0, s3);
            t3 = a3.fma(b1, t3);
            FloatVector a4 = FloatVector.broadcast(F, a[ai + 4]);
            s4 = a4.fma(b0, s4);
            t4 = a4.fma(b1, t4);
            FloatVector a5 = FloatVector.broadcast(F, a[ai + 5]);
            s5 = a5.fma(b0, s5);
            t5 = a5.fma(b1, t5);
            ai += 6;
            bi += COLUMNS;
        }
        s0.intoArray(sums, 0);
        t0.intoArray(sums, L);
        s1.intoArray(sums, 1 * COLUMNS);
        t1.intoArray(sums, 1 * COLUMNS + L);
        s2.intoArray(sums, 2 * COLUMNS);
        t2.intoArray(sums, 2 * COLUMNS + L);
        s3.intoArray(sums, 3 * COLUMNS);
        t3.intoArray(sums, 3 * COLUMNS + L);
        s4.intoArray(sums, 4 * COLUMNS);
        t4.intoArray(sums, 4 * COLUMNS + L);
        s5.intoArray(sums, 5 * COLUMNS);
        t5.intoArray(sums, 5 * COLUMNS + L);
    }
}
