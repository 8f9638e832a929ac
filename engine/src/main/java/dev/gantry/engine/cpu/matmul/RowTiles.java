package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.cpu.TileTask;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;

/// A skinny product with weights `[n, k]`: each tile is some rows of weights, dotted with every row of activations.
final class RowTiles implements TileTask {
    private static final int LEAST_TILES = 32;
    private static final long MOST_BYTES = 256 << 10;
    private static final int MOST_ROWS_AT_ONCE = 8;

    private final long product;
    private final Matrix a;
    private final Matrix weights;
    private final SkinnyOutput output;
    private final Extents extents;
    private final SkinnyScratch[] scratches;
    private final int rowsOfTile;

    RowTiles(long product, Matrix a, Matrix weights, SkinnyOutput output, Extents extents, SkinnyScratch[] scratches) {
        this.product = product;
        this.a = a;
        this.weights = weights;
        this.output = output;
        this.extents = extents;
        this.scratches = scratches;
        long rowBytes = (long) extents.k() * weights.dtype().bytes();
        int fair = (extents.n() + LEAST_TILES - 1) / LEAST_TILES;
        int rows = Math.clamp(MOST_BYTES / rowBytes, 1, fair);
        rowsOfTile = (rows + MOST_ROWS_AT_ONCE - 1) / MOST_ROWS_AT_ONCE * MOST_ROWS_AT_ONCE;
    }

    int count() {
        return (extents.n() + rowsOfTile - 1) / rowsOfTile;
    }

    @Override
    public void run(int tile, int worker) {
        SkinnyScratch scratch = scratches[worker];
        boolean isF32 = weights.dtype() == DType.F32;
        float[] x = isF32 ? scratch.rowMajor(product, a) : scratch.split(product, a);
        int end = Math.min(extents.n(), (tile + 1) * rowsOfTile);
        int n = tile * rowsOfTile;
        while (n < end) {
            int rows = rowsAtOnce(end - n, isF32);
            if (isF32) {
                dotF32(n, rows, x, scratch.sums);
            } else {
                dotBf16(n, rows, x, scratch.sums);
            }
            for (int m = 0; m < extents.m(); m++) {
                for (int row = 0; row < rows; row++) {
                    output.store(m, n + row, scratch.sums[m * MOST_ROWS_AT_ONCE + row]);
                }
            }
            n += rows;
        }
    }

    private int rowsAtOnce(int left, boolean isF32) {
        if (!isF32 && extents.m() == 1 && left >= 8) {
            return 8;
        }
        return left >= 4 && (isF32 || extents.m() > 1) ? 4 : 1;
    }

    private void dotF32(int n, int rows, float[] x, float[] sums) {
        int k = extents.k();
        long offset = weights.offset(n, 0);
        long stride = weights.rowStride() * Float.BYTES;
        for (int m = 0; m < extents.m(); m++) {
            int to = m * MOST_ROWS_AT_ONCE;
            if (rows == 1) {
                DotKernels.f32x1(weights.data(), offset, stride, x, m * k, k, sums, to);
            } else if (m + 1 < extents.m()) {
                DotKernels.f32x4x2(weights.data(), offset, stride, x, m * k, k, sums, to, MOST_ROWS_AT_ONCE);
                m++;
            } else {
                DotKernels.f32x4(weights.data(), offset, stride, x, m * k, k, sums, to);
            }
        }
    }

    private void dotBf16(int n, int rows, float[] x, float[] sums) {
        int k = extents.k();
        long offset = weights.offset(n, 0);
        long stride = weights.rowStride() * Short.BYTES;
        for (int m = 0; m < extents.m(); m++) {
            int to = m * MOST_ROWS_AT_ONCE;
            if (rows == 8) {
                DotKernels.bf16x8(weights.data(), offset, stride, x, m * k, k, sums, to);
            } else if (rows == 4 && m + 1 < extents.m()) {
                DotKernels.bf16x4x2(weights.data(), offset, stride, x, m * k, k, sums, to, MOST_ROWS_AT_ONCE);
                m++;
            } else {
                for (int row = 0; row < rows; row++) {
                    DotKernels.bf16x1(weights.data(), offset + row * stride, stride, x, m * k, k, sums, to + row);
                }
            }
        }
    }
}
