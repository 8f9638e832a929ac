package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.Elements.add;
import static dev.gantry.engine.cpu.Elements.get;
import static dev.gantry.engine.cpu.Elements.set;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.EmbeddingKernels;
import dev.gantry.engine.cpu.kernels.TokenIds;
import dev.gantry.engine.tensor.Matrix;

/// Look-up of rows by id.
public final class ScalarEmbeddings implements EmbeddingKernels {

    @Override
    public void gather(Matrix ids, int idOffset, Matrix table, Matrix y, Accumulate accumulate) {
        for (int t = 0; t < y.rows(); t++) {
            int entry = TokenIds.entry(ids, t, idOffset, table.rows());
            for (int c = 0; c < y.columns(); c++) {
                switch (accumulate) {
                    case OVERWRITE -> set(y, t, c, get(table, entry, c));
                    case ADD -> add(y, t, c, get(table, entry, c));
                }
            }
        }
    }

    @Override
    public void scatterAdd(Matrix ids, int idOffset, Matrix dy, Matrix dTable) {
        for (int t = 0; t < dy.rows(); t++) {
            int entry = TokenIds.entry(ids, t, idOffset, dTable.rows());
            for (int c = 0; c < dy.columns(); c++) {
                add(dTable, entry, c, get(dy, t, c));
            }
        }
    }
}
