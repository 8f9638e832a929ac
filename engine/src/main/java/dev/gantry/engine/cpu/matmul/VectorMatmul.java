package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// Matrix products in plain Java over the Vector API, for machines without oneDNN and for what it lacks.
public final class VectorMatmul implements PlainlyPackedMatmul {
    private final WorkerPool pool;
    private final VectorScratch[] scratches;

    public VectorMatmul(WorkerPool pool) {
        this.pool = pool;
        scratches = new VectorScratch[pool.threads()];
        for (int i = 0; i < scratches.length; i++) {
            scratches[i] = new VectorScratch();
        }
    }

    @Override
    public void multiply(
            Layout layout, float alpha, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        Extents extents = Extents.of(layout, a, b, bias, c);
        if (extents.m() == 0 || extents.n() == 0) {
            return;
        }
        Epilogue epilogue = new Epilogue(alpha, bias, c, accumulate);
        VectorTiles tiles = new VectorTiles(layout, a, b, epilogue, extents, scratches);
        pool.parallel(tiles.count(), tiles);
    }
}
