package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.EmbeddingKernels;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.TokenIds;
import dev.gantry.engine.tensor.Matrix;

/// Look-up of rows by id; the gradient is parallel over columns, so that a repeated id adds up in token order.
final class VectorEmbeddings implements EmbeddingKernels {
    private static final int COLUMNS = 256;

    private final WorkerPool pool;
    private final Scratch scratch;

    VectorEmbeddings(WorkerPool pool) {
        this.pool = pool;
        this.scratch = new Scratch(pool.threads());
    }

    @Override
    public void gather(Matrix ids, int idOffset, Matrix table, Matrix y, Accumulate accumulate) {
        int width = y.columns();
        RowTiles tiles = RowTiles.of(y.rows(), width);
        pool.parallel(tiles.count(), (tile, worker) -> {
            float[] row = scratch.floats(worker, 0, width);
            float[] before = scratch.floats(worker, 1, width);
            for (int t = tiles.first(tile); t < tiles.end(tile); t++) {
                int entry = TokenIds.entry(ids, t, idOffset, table.rows());
                Blocks.load(table, entry, 0, width, row, 0);
                if (accumulate == Accumulate.ADD) {
                    Blocks.load(y, t, 0, width, before, 0);
                    Loops.add(row, before, width);
                }
                Blocks.store(row, 0, y, t, 0, width);
            }
        });
    }

    @Override
    public void scatterAdd(Matrix ids, int idOffset, Matrix dy, Matrix dTable) {
        int tiles = (dy.columns() + COLUMNS - 1) / COLUMNS;
        pool.parallel(tiles, (tile, worker) -> {
            int column = tile * COLUMNS;
            int count = Math.min(COLUMNS, dy.columns() - column);
            float[] row = scratch.floats(worker, 0, COLUMNS);
            float[] sum = scratch.floats(worker, 1, COLUMNS);
            for (int t = 0; t < dy.rows(); t++) {
                int entry = TokenIds.entry(ids, t, idOffset, dTable.rows());
                Blocks.load(dy, t, column, count, row, 0);
                Blocks.load(dTable, entry, column, count, sum, 0);
                Loops.add(sum, row, count);
                Blocks.store(sum, 0, dTable, entry, column, count);
            }
        });
    }
}
