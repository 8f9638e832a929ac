package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.EmbeddingKernels;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.Matrix;

/// Look-up of rows by id. An id outside its table is thrown when the host next waits for the card.
final class CudaEmbeddings implements EmbeddingKernels {
    private final Launcher launcher;
    private final IdFaults faults;

    CudaEmbeddings(Launcher launcher, IdFaults faults) {
        this.launcher = launcher;
        this.faults = faults;
    }

    @Override
    public void gather(Matrix ids, int idOffset, Matrix table, Matrix y, Accumulate accumulate) {
        Shapes.requireAtLeast(ids, 1, y.rows());
        launcher.kernel(Family.EMBEDDINGS, "Gather")
                .integers(ids)
                .number(idOffset)
                .matrix(table)
                .matrix(y)
                .flag(accumulate == Accumulate.ADD)
                .address(faults.address())
                .run(Grid.overRows(y.rows()));
    }

    @Override
    public void scatterAdd(Matrix ids, int idOffset, Matrix dy, Matrix dTable) {
        Shapes.requireAtLeast(ids, 1, dy.rows());
        launcher.kernel(Family.EMBEDDINGS, "ScatterAdd")
                .integers(ids)
                .number(idOffset)
                .matrix(dy)
                .matrix(dTable)
                .address(faults.address())
                .run(Grid.overRows(dy.rows()));
    }
}
