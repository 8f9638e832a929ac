package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.TileTask;
import dev.gantry.engine.tensor.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// One product by our own kernels: each tile packs its factors into panels, one slice of the depth after the other, and
/// adds up blocks in registers (Goto, van de Geijn 2008).
final class VectorTiles implements TileTask {
    /// Depth of a slice: a panel of the right factor then fits into the first-level cache.
    static final int MOST_DEPTH = 384;

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

    private final Layout layout;
    private final Matrix a;
    private final Matrix b;
    private final Epilogue epilogue;
    private final Extents extents;
    private final TileGrid grid;
    private final VectorScratch[] scratches;
    private final int tileStride;

    VectorTiles(Layout layout, Matrix a, Matrix b, Epilogue epilogue, Extents extents, VectorScratch[] scratches) {
        this.layout = layout;
        this.a = a;
        this.b = b;
        this.epilogue = epilogue;
        this.extents = extents;
        this.scratches = scratches;
        grid = TileGrid.of(layout, extents, TileGrid.Sizes.VECTORS);
        tileStride = roundUp(grid.columnBlock(), MicroKernel.COLUMNS);
    }

    int count() {
        return grid.tiles();
    }

    @Override
    public void run(int tile, int worker) {
        int row = grid.firstRow(tile);
        int rows = grid.rowsFrom(row);
        int column = grid.firstColumn(tile);
        int columns = grid.columnsFrom(column);
        VectorScratch scratch = scratches[worker];
        int paddedRows = roundUp(grid.rowBlock(), MicroKernel.ROWS);
        scratch.ensure(paddedRows * MOST_DEPTH, tileStride * MOST_DEPTH, paddedRows * tileStride);
        for (int k = 0; k < extents.k(); k += MOST_DEPTH) {
            int depth = Math.min(MOST_DEPTH, extents.k() - k);
            packRight(column, columns, k, depth, scratch);
            packLeft(row, rows, k, depth, scratch);
            multiply(rows, columns, depth, scratch, k == 0);
        }
        for (int r = 0; r < rows; r++) {
            epilogue.storeRow(scratch.tile, r * tileStride, row + r, column, columns);
        }
    }

    private void packRight(int column, int columns, int k, int depth, VectorScratch scratch) {
        if (layout == Layout.NT) {
            Panels.fromRows(b, column, columns, k, depth, MicroKernel.COLUMNS, scratch.right, scratch.row);
        } else {
            Panels.fromColumns(b, column, columns, k, depth, MicroKernel.COLUMNS, scratch.right);
        }
    }

    private void packLeft(int row, int rows, int k, int depth, VectorScratch scratch) {
        if (layout == Layout.TN) {
            Panels.fromColumns(a, row, rows, k, depth, MicroKernel.ROWS, scratch.left);
        } else {
            Panels.fromRows(a, row, rows, k, depth, MicroKernel.ROWS, scratch.left, scratch.row);
        }
    }

    private void multiply(int rows, int columns, int depth, VectorScratch scratch, boolean isFirst) {
        for (int column = 0; column < columns; column += MicroKernel.COLUMNS) {
            for (int row = 0; row < rows; row += MicroKernel.ROWS) {
                MicroKernel.multiply(scratch.left, row * depth, scratch.right, column * depth, depth, scratch.block);
                addBlock(scratch.block, scratch.tile, row * tileStride + column, isFirst);
            }
        }
    }

    private void addBlock(float[] block, float[] tile, int to, boolean isFirst) {
        for (int r = 0; r < MicroKernel.ROWS; r++) {
            for (int j = 0; j < MicroKernel.COLUMNS; j += F.length()) {
                FloatVector sum = FloatVector.fromArray(F, block, r * MicroKernel.COLUMNS + j);
                int at = to + r * tileStride + j;
                (isFirst ? sum : sum.add(FloatVector.fromArray(F, tile, at))).intoArray(tile, at);
            }
        }
    }

    private static int roundUp(int value, int unit) {
        return (value + unit - 1) / unit * unit;
    }
}
