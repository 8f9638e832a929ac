package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.cpu.TileTask;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;

/// A skinny product with weights `[n, k]`: each tile is some rows of weights, dotted with every row of activations.
final class RowTiles implements TileTask {
    private static final int LEAST_TILES = 16;
    private static final long MOST_BYTES = 512 << 10;

    private final long product;
    private final Matrix a;
    private final Matrix weights;
    private final Epilogue epilogue;
    private final Extents extents;
    private final SkinnyScratch[] scratches;
    private final int rowsOfTile;

    RowTiles(long product, Matrix a, Matrix weights, Epilogue epilogue, Extents extents, SkinnyScratch[] scratches) {
        this.product = product;
        this.a = a;
        this.weights = weights;
        this.epilogue = epilogue;
        this.extents = extents;
        this.scratches = scratches;
        long rowBytes = (long) extents.k() * weights.dtype().bytes();
        int fair = (extents.n() + LEAST_TILES - 1) / LEAST_TILES;
        rowsOfTile = Math.clamp(MOST_BYTES / rowBytes, 1, fair);
    }

    int count() {
        return (extents.n() + rowsOfTile - 1) / rowsOfTile;
    }

    @Override
    public void run(int tile, int worker) {
        int first = tile * rowsOfTile;
        int rows = Math.min(rowsOfTile, extents.n() - first);
        SkinnyScratch scratch = scratches[worker];
        float[] sums = scratch.sums(extents.m() * rowsOfTile);
        if (weights.dtype() == DType.F32) {
            dotF32(first, rows, scratch.rowMajor(product, a), scratch.lanes, sums);
        } else {
            dotBf16(first, rows, scratch.split(product, a), scratch.lanes, sums);
        }
        for (int m = 0; m < extents.m(); m++) {
            epilogue.storeRow(sums, m * rowsOfTile, m, first, rows);
        }
    }

    /// The two halves of the tile stream side by side; the last row of an odd number goes twice.
    private void dotF32(int first, int rows, float[] x, float[] lanes, float[] sums) {
        int k = extents.k();
        int half = (rows + 1) / 2;
        for (int row = 0; row < half; row++) {
            int upper = Math.min(row + half, rows - 1);
            long w0 = weights.offset(first + row, 0);
            long w1 = weights.offset(first + upper, 0);
            int m = 0;
            for (; m + 1 < extents.m(); m += 2) {
                int to = m * rowsOfTile;
                DotKernels.f32x2x2(weights.data(), w0, w1, x, m * k, k, lanes, sums, to + row, to + upper, rowsOfTile);
            }
            if (m < extents.m()) {
                int to = m * rowsOfTile;
                DotKernels.f32x2(weights.data(), w0, w1, x, m * k, k, lanes, sums, to + row, to + upper);
            }
        }
    }

    private void dotBf16(int first, int rows, float[] x, float[] lanes, float[] sums) {
        int k = extents.k();
        for (int row = 0; row < rows; row++) {
            long offset = weights.offset(first + row, 0);
            for (int m = 0; m < extents.m(); m++) {
                DotKernels.bf16x1(weights.data(), offset, x, m * k, k, lanes, sums, m * rowsOfTile + row);
            }
        }
    }
}
