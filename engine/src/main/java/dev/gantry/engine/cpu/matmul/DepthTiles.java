package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.TileTask;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// A skinny product with weights `[k, n]`: each tile is some rows of weights, so that memory is read in order. Whoever
/// finishes a block of columns last adds up its parts, always first to last.
final class DepthTiles implements TileTask {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int PARTS = 8;
    /// Sums of so many columns stay in the first-level cache.
    private static final int MOST_COLUMNS = 4096;

    private final long product;
    private final Matrix a;
    private final Matrix weights;
    private final Epilogue epilogue;
    private final Extents extents;
    private final SkinnyScratch[] scratches;
    private final PartialSums partialSums;
    private final int rowsOfPart;
    private final int parts;
    private final int columnBlocks;
    private final AtomicIntegerArray unfinishedParts;

    DepthTiles(
            long product,
            Matrix a,
            Matrix weights,
            Epilogue epilogue,
            Extents extents,
            SkinnyScratch[] scratches,
            PartialSums partialSums) {
        this.product = product;
        this.a = a;
        this.weights = weights;
        this.epilogue = epilogue;
        this.extents = extents;
        this.scratches = scratches;
        this.partialSums = partialSums;
        int fair = (extents.k() + PARTS - 1) / PARTS;
        rowsOfPart = (fair + AxpyKernels.ROWS - 1) / AxpyKernels.ROWS * AxpyKernels.ROWS;
        parts = (extents.k() + rowsOfPart - 1) / rowsOfPart;
        columnBlocks = (extents.n() + MOST_COLUMNS - 1) / MOST_COLUMNS;
        unfinishedParts = new AtomicIntegerArray(columnBlocks);
        for (int block = 0; block < columnBlocks; block++) {
            unfinishedParts.set(block, parts);
        }
    }

    int count() {
        return parts * columnBlocks;
    }

    @Override
    public void run(int tile, int worker) {
        int part = tile % parts;
        int block = tile / parts;
        int column = block * MOST_COLUMNS;
        int columns = Math.min(MOST_COLUMNS, extents.n() - column);
        float[] x = scratches[worker].rowMajor(product, a);
        float[] sums = partialSums.atLeast(parts * extents.m() * extents.n());
        for (int m = 0; m < extents.m(); m++) {
            int to = sumsOf(part, m, column);
            Arrays.fill(sums, to, to + columns, 0);
        }
        addRows(part, column, columns, x, sums, scratches[worker]);
        if (unfinishedParts.decrementAndGet(block) == 0) {
            finish(column, columns, sums);
        }
    }

    private int sumsOf(int part, int m, int column) {
        return (part * extents.m() + m) * extents.n() + column;
    }

    /// The quarters of the part stream side by side: each is read in order, which the prefetchers like.
    private void addRows(int part, int column, int columns, float[] x, float[] sums, SkinnyScratch scratch) {
        int first = part * rowsOfPart;
        int end = Math.min(extents.k(), first + rowsOfPart);
        int quarter = (end - first) / AxpyKernels.ROWS;
        long stride = quarter * weights.rowStride() * weights.dtype().bytes();
        for (int row = 0; row < quarter; row++) {
            long offset = weights.offset(first + row, column);
            MemorySegment wide = isHalf() ? widened(first + row, quarter, column, columns, scratch) : weights.data();
            for (int m = 0; m < extents.m(); m++) {
                int from = m * extents.k() + first + row;
                int to = sumsOf(part, m, column);
                if (isSplit()) {
                    AxpyKernels.bf16(weights.data(), offset, stride, x, from, quarter, sums, to, columns);
                } else if (isHalf()) {
                    AxpyKernels.f32(wide, 0, 4L * columns, x, from, quarter, sums, to, columns);
                } else {
                    AxpyKernels.f32(wide, offset, stride, x, from, quarter, sums, to, columns);
                }
            }
        }
        for (int k = first + quarter * AxpyKernels.ROWS; k < end; k++) {
            addRow(part, k, column, columns, x, sums);
        }
    }

    /// Rows that are multiplied together, one after the other.
    private MemorySegment widened(int row, int distance, int column, int columns, SkinnyScratch scratch) {
        MemorySegment wide = scratch.wide((long) AxpyKernels.ROWS * columns);
        for (int i = 0; i < AxpyKernels.ROWS; i++) {
            long from = weights.offset(row + i * distance, column);
            Widening.widenHalves(weights.data(), from, wide, 4L * i * columns, columns);
        }
        return wide;
    }

    private boolean isHalf() {
        return weights.dtype() == DType.F16;
    }

    private boolean isSplit() {
        return weights.dtype() == DType.BF16;
    }

    private void addRow(int part, int k, int column, int columns, float[] x, float[] sums) {
        for (int m = 0; m < extents.m(); m++) {
            int to = sumsOf(part, m, column);
            float factor = x[m * extents.k() + k];
            for (int j = 0; j < columns; j++) {
                int at = to + position(j, columns);
                sums[at] = Math.fma(Elements.get(weights, k, column + j), factor, sums[at]);
            }
        }
    }

    private void finish(int column, int columns, float[] sums) {
        for (int m = 0; m < extents.m(); m++) {
            int total = sumsOf(0, m, column);
            for (int part = 1; part < parts; part++) {
                add(sums, sumsOf(part, m, column), total, columns);
            }
            join(sums, total, columns);
            epilogue.storeRow(sums, total, m, column, columns);
        }
    }

    /// Puts split sums back in order.
    private void join(float[] sums, int from, int columns) {
        if (!isSplit()) {
            return;
        }
        int block = AxpyKernels.SPLIT_BLOCK;
        float[] ordered = new float[block];
        for (int start = from; start <= from + columns - block; start += block) {
            for (int i = 0; i < block / 2; i++) {
                ordered[2 * i] = sums[start + i];
                ordered[2 * i + 1] = sums[start + block / 2 + i];
            }
            System.arraycopy(ordered, 0, sums, start, block);
        }
    }

    /// Where the sum of a column lies: sums for bf16 weights are split as {@link AxpyKernels} says.
    private int position(int column, int columns) {
        int block = AxpyKernels.SPLIT_BLOCK;
        if (!isSplit() || column >= columns / block * block) {
            return column;
        }
        int inBlock = column % block;
        return column - inBlock + inBlock % 2 * (block / 2) + inBlock / 2;
    }

    private static void add(float[] sums, int from, int to, int count) {
        int i = 0;
        for (; i <= count - F.length(); i += F.length()) {
            FloatVector.fromArray(F, sums, to + i)
                    .add(FloatVector.fromArray(F, sums, from + i))
                    .intoArray(sums, to + i);
        }
        for (; i < count; i++) {
            sums[to + i] += sums[from + i];
        }
    }
}
