package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.matmul.Extents;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// All that decides which algorithm multiplies: products of one shape have one algorithm, and so one order of sums.
///
/// @param input type of both factors
/// @param hasBias whether the product adds one itself
/// @param aAlignment bytes that the address is a multiple of, {@link #WIDEST} at most
/// @param biasAlignment {@link #WIDEST} without a bias
record ProductShape(
        Layout layout,
        int m,
        int n,
        int k,
        DType input,
        DType output,
        long aStride,
        long bStride,
        long cStride,
        boolean hasBias,
        int aAlignment,
        int bAlignment,
        int cAlignment,
        int biasAlignment) {
    /// Kernels read at most so many bytes at once, so that better aligned matrices are not told apart: the same job in
    /// other memory gives the same bits.
    static final int WIDEST = 16;

    /// @param bias what the product adds itself
    static ProductShape of(Layout layout, Extents extents, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c) {
        return new ProductShape(
                layout,
                extents.m(),
                extents.n(),
                extents.k(),
                a.dtype(),
                c.dtype(),
                a.rowStride(),
                b.rowStride(),
                c.rowStride(),
                bias != null,
                alignment(a),
                alignment(b),
                alignment(c),
                bias == null ? WIDEST : alignment(bias));
    }

    private static int alignment(Matrix m) {
        return (int) Math.min(WIDEST, Long.lowestOneBit(m.data().address() | WIDEST));
    }
}
