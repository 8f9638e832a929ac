package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.cpu.TileTask;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;

/// A skinny product with weights `[n, k]`: each tile is some rows of weights, dotted with every row of activations.
final class RowTiles implements TileTask {
    private static final int LEAST_TILES = 32;
    private static final long MOST_BYTES = 256 << 10;

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
        rowsOfTile = Math.clamp(MOST_BYTES / rowBytes, 1, fair);
    }

    int count() {
        return (extents.n() + rowsOfTile - 1) / rowsOfTile;
    }

    @Override
    public void run(int tile, int worker) {
        int first = tile * rowsOfTile;
        int rows = Math.min(rowsOfTile, extents.n() - first);
        if (weights.dtype() == DType.F32) {
            runF32(first, rows, scratches[worker]);
        } else {
            runBf16(first, rows, scratches[worker]);
        }
    }

    /// The two halves of the tile stream side by side; an odd last row goes twice.
    private void runF32(int first, int rows, SkinnyScratch scratch) {
        float[] x = scratch.rowMajor(product, a);
        int half = (rows + 1) / 2;
        for (int row = 0; row < half; row++) {
            int upper = Math.min(row + half, rows - 1);
            dotF32(weights.offset(first + row, 0), weights.offset(first + upper, 0), x, scratch.sums);
            for (int m = 0; m < extents.m(); m++) {
                output.store(m, first + row, scratch.sums[2 * m]);
                if (upper == row + half) {
                    output.store(m, first + upper, scratch.sums[2 * m + 1]);
                }
            }
        }
    }

    private void dotF32(long w0, long w1, float[] x, float[] sums) {
        int k = extents.k();
        int m = 0;
        for (; m + 1 < extents.m(); m += 2) {
            DotKernels.f32x2x2(weights.data(), w0, w1, x, m * k, k, sums, 2 * m, 2);
        }
        if (m < extents.m()) {
            DotKernels.f32x2(weights.data(), w0, w1, x, m * k, k, sums, 2 * m);
        }
    }

    private void runBf16(int first, int rows, SkinnyScratch scratch) {
        float[] x = scratch.split(product, a);
        for (int row = 0; row < rows; row++) {
            dotBf16(weights.offset(first + row, 0), x, scratch.sums);
            for (int m = 0; m < extents.m(); m++) {
                output.store(m, first + row, scratch.sums[m]);
            }
        }
    }

    private void dotBf16(long offset, float[] x, float[] sums) {
        int k = extents.k();
        int m = 0;
        for (; m + 1 < extents.m(); m += 2) {
            DotKernels.bf16x1x2(weights.data(), offset, x, m * k, k, sums, m, 1);
        }
        if (m < extents.m()) {
            DotKernels.bf16x1(weights.data(), offset, x, m * k, k, sums, m);
        }
    }
}
