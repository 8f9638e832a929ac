package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.DropoutMask;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Element-wise kernels and reductions.
final class VectorElements implements ElementKernels {
    private static final int SUM_COLUMNS = 256;
    /// Rows summed by themselves before they join the total: keeps the error of long sums small.
    private static final int SUM_ROWS = 64;

    private final WorkerPool pool;
    private final Scratch scratch;
    private double[] partials = new double[0];

    VectorElements(WorkerPool pool) {
        this.pool = pool;
        this.scratch = new Scratch(pool.threads());
    }

    @Override
    public void copyBytes(MemorySegment from, MemorySegment to) {
        MemorySegment.copy(from, 0, to, 0, from.byteSize());
    }

    @Override
    public void copy(Matrix x, Matrix y) {
        Pieces pieces = Pieces.of(x, y);
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] values = scratch.floats(worker, 0, Pieces.LENGTH);
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                int n = pieces.length(p);
                Blocks.load(x.dtype(), x.data(), pieces.offset(x, p), n, values, 0);
                Blocks.store(values, 0, y.dtype(), y.data(), pieces.offset(y, p), n);
            }
        });
    }

    @Override
    public void add(float scale, Matrix x, Matrix y) {
        Pieces pieces = Pieces.of(x, y);
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] xs = scratch.floats(worker, 0, Pieces.LENGTH);
            float[] ys = scratch.floats(worker, 1, Pieces.LENGTH);
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                int n = pieces.length(p);
                Blocks.load(x.dtype(), x.data(), pieces.offset(x, p), n, xs, 0);
                Blocks.load(y.dtype(), y.data(), pieces.offset(y, p), n, ys, 0);
                Loops.addScaled(ys, scale, xs, n);
                Blocks.store(ys, 0, y.dtype(), y.data(), pieces.offset(y, p), n);
            }
        });
    }

    @Override
    public void fill(Matrix y, float value) {
        Pieces pieces = Pieces.of(y);
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] values = scratch.floats(worker, 0, Pieces.LENGTH);
            Arrays.fill(values, value);
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                Blocks.store(values, 0, y.dtype(), y.data(), pieces.offset(y, p), pieces.length(p));
            }
        });
    }

    @Override
    public void addColumnSums(Matrix x, Matrix sums) {
        int tiles = (x.columns() + SUM_COLUMNS - 1) / SUM_COLUMNS;
        pool.parallel(tiles, (tile, worker) -> {
            int column = tile * SUM_COLUMNS;
            int count = Math.min(SUM_COLUMNS, x.columns() - column);
            float[] total = scratch.floats(worker, 0, SUM_COLUMNS);
            float[] part = scratch.floats(worker, 1, SUM_COLUMNS);
            float[] row = scratch.floats(worker, 2, SUM_COLUMNS);
            Arrays.fill(total, 0f);
            for (int first = 0; first < x.rows(); first += SUM_ROWS) {
                Arrays.fill(part, 0f);
                for (int t = first; t < Math.min(x.rows(), first + SUM_ROWS); t++) {
                    Blocks.load(x, t, column, count, row, 0);
                    Loops.add(part, row, count);
                }
                Loops.add(total, part, count);
            }
            Blocks.load(sums, 0, column, count, row, 0);
            Loops.add(total, row, count);
            Blocks.store(total, 0, sums, 0, column, count);
        });
    }

    @Override
    public double sumOfSquares(Matrix x) {
        Pieces pieces = Pieces.of(x);
        if (partials.length < pieces.tiles()) {
            partials = new double[pieces.tiles()];
        }
        sumTiles(x, pieces, partials);
        double total = 0;
        for (int tile = 0; tile < pieces.tiles(); tile++) {
            total += partials[tile];
        }
        return total;
    }

    @Override
    public void sumsOfSquares(Matrix x, double[] sums) {
        if (!x.isContiguous()) {
            throw new IllegalArgumentException("runs of squares are those of a contiguous matrix");
        }
        sumTiles(x, Pieces.of(x), sums);
    }

    private void sumTiles(Matrix x, Pieces pieces, double[] sums) {
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] values = scratch.floats(worker, 0, Pieces.LENGTH);
            double sum = 0;
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                int n = pieces.length(p);
                Blocks.load(x.dtype(), x.data(), pieces.offset(x, p), n, values, 0);
                Blocks.zeroTail(values, n);
                sum += Loops.sumOfSquares(values, n);
            }
            sums[tile] = sum;
        });
    }

    @Override
    public void dropout(Matrix x, float rate, long seed, Matrix y) {
        int keptBelow = DropoutMask.keptBelow(rate);
        float scale = 1 / (1 - rate);
        Pieces.requireShape(x, y);
        Pieces pieces = Pieces.of(x, false); // rows must stay apart: each has its own key
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] values = scratch.floats(worker, 0, Pieces.LENGTH);
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                int n = pieces.length(p);
                int row = (int) (p / pieces.perRow());
                int column = (int) (p % pieces.perRow()) * Pieces.LENGTH;
                Blocks.load(x, row, column, n, values, 0);
                dropBlock(values, n, DropoutMask.rowKey(seed, row), column, keptBelow, scale);
                Blocks.store(values, 0, y, row, column, n);
            }
        });
    }

    /// {@link DropoutMask#draw} in lanes.
    private static void dropBlock(float[] values, int count, long rowKey, int column, int keptBelow, float scale) {
        for (int i = 0; i < count; i += COUNT) {
            IntVector counter = IntVector.zero(I).addIndex(1).add(column + i);
            IntVector h = counter.lanewise(XOR, (int) rowKey);
            h = h.lanewise(XOR, h.lanewise(LSHR, 16)).mul(DropoutMask.MIX_1);
            h = h.lanewise(XOR, h.lanewise(LSHR, 15)).mul(DropoutMask.MIX_2);
            h = h.lanewise(XOR, h.lanewise(LSHR, 16)).add((int) (rowKey >>> 32));
            h = h.lanewise(XOR, h.lanewise(LSHR, 16)).mul(DropoutMask.MIX_1);
            h = h.lanewise(XOR, h.lanewise(LSHR, 15)).mul(DropoutMask.MIX_2);
            IntVector draw = h.lanewise(XOR, h.lanewise(LSHR, 16)).lanewise(LSHR, 8);
            FloatVector.fromArray(F, values, i)
                    .mul(scale)
                    .blend(0f, draw.compare(GE, keptBelow).cast(F))
                    .intoArray(values, i);
        }
    }
}
