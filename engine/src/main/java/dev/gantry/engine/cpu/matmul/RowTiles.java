package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.TileTask;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;

/// A skinny product with weights `[n, k]`: each tile is some rows of weights, dotted with every row of activations.
final class RowTiles implements TileTask {
    private static final int LEAST_TILES = 16;
    private static final long MOST_BYTES = 512 << 10;
    private static final int MOST_ROWS = 256;
    private static final int ROWS_OF_GROUP = 8;

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
        rowsOfTile = Math.clamp(MOST_BYTES / rowBytes, 1, Math.min(fair, MOST_ROWS));
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
        switch (weights.dtype()) {
            case F32 -> dotF32(weights, first, rows, scratch, sums);
            case BF16 -> dotBf16(first, rows, scratch, sums);
            case F16 -> dotF32(widened(first, rows, scratch), 0, rows, scratch, sums);
            case F64, I64, I32, I16, I8, U8, BOOL -> throw Elements.unsupported(weights.dtype());
        }
        for (int m = 0; m < extents.m(); m++) {
            epilogue.storeRow(sums, m * rowsOfTile, m, first, rows);
        }
    }

    private Matrix widened(int first, int rows, SkinnyScratch scratch) {
        int k = extents.k();
        MemorySegment wide = scratch.wide((long) rows * k);
        for (int row = 0; row < rows; row++) {
            Widening.widenHalves(weights.data(), weights.offset(first + row, 0), wide, 4L * row * k, k);
        }
        return new Matrix(DType.F32, wide, rows, k, k);
    }

    /// The two halves of the tile stream side by side; the last row of an odd number goes twice.
    ///
    /// @param wide f32, the tile from row `first` on
    private void dotF32(Matrix wide, int first, int rows, SkinnyScratch scratch, float[] sums) {
        float[] x = scratch.rowMajor(product, a);
        float[] lanes = scratch.lanes(extents.m() * rows);
        int k = extents.k();
        int half = (rows + 1) / 2;
        int lanesOfM = rows * DotKernels.LANES;
        for (int row = 0; row < half; row++) {
            int upper = Math.min(row + half, rows - 1);
            long w0 = wide.offset(first + row, 0);
            long w1 = wide.offset(first + upper, 0);
            int l0 = row * DotKernels.LANES;
            int l1 = upper * DotKernels.LANES;
            int m = 0;
            for (; m + 1 < extents.m(); m += 2) {
                int ls = m * lanesOfM;
                DotKernels.f32x2(wide.data(), w0, w1, x, m * k, k, lanes, ls + l0, ls + l1, lanesOfM);
            }
            if (m < extents.m()) {
                int ls = m * lanesOfM;
                DotKernels.f32(wide.data(), w0, w1, x, m * k, k, lanes, ls + l0, ls + l1);
            }
        }
        int rest = k % DotKernels.LANES;
        for (int m = 0; m < extents.m(); m++) {
            DotKernels.fold(lanes, m * lanesOfM, rows, sums, m * rowsOfTile);
            for (int row = 0; rest > 0 && row < rows; row++) {
                long w = wide.offset(first + row, k - rest);
                sums[m * rowsOfTile + row] += DotKernels.f32Rest(wide.data(), w, x, m * k + k - rest, rest);
            }
        }
    }

    /// One row of activations takes the whole tile at once; several take turns with a few rows that stay in the cache.
    private void dotBf16(int first, int rows, SkinnyScratch scratch, float[] sums) {
        int group = extents.m() == 1 ? rows : ROWS_OF_GROUP;
        for (int row = 0; row < rows; row += group) {
            for (int m = 0; m < extents.m(); m++) {
                dotBf16(m, first + row, Math.min(group, rows - row), scratch, sums, m * rowsOfTile + row);
            }
        }
    }

    private void dotBf16(int m, int first, int rows, SkinnyScratch scratch, float[] sums, int to) {
        MemorySegment x = scratch.split(product, a);
        float[] lanes = scratch.lanes(rows);
        int k = extents.k();
        long xo = (long) m * k * Float.BYTES;
        long stride = weights.rowStride() * Short.BYTES;
        DotKernels.bf16(weights.data(), weights.offset(first, 0), stride, rows, x.address() + xo, k, lanes);
        DotKernels.fold(lanes, 0, rows, sums, to);
        int rest = k % DotKernels.BF16_BLOCK;
        long xRest = xo + (k - rest) * (long) Float.BYTES;
        for (int row = 0; rest > 0 && row < rows; row++) {
            long w = weights.offset(first + row, k - rest);
            sums[to + row] += DotKernels.bf16Rest(weights.data(), w, x, xRest, rest);
        }
    }
}
