package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.backend.ActivationKernels;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.tensor.Matrix;

/// Non-linearities, run by run.
final class VectorActivations implements ActivationKernels {
    private final WorkerPool pool;
    private final Scratch scratch;

    VectorActivations(WorkerPool pool) {
        this.pool = pool;
        this.scratch = new Scratch(pool.threads());
    }

    @Override
    public void forward(Activation f, Matrix x, Matrix y) {
        Pieces pieces = Pieces.of(x, y);
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] values = scratch.floats(worker, 0, Pieces.LENGTH);
            float[] e = scratch.floats(worker, 4, Pieces.LENGTH);
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                int n = pieces.length(p);
                Blocks.load(x.dtype(), x.data(), pieces.offset(x, p), n, values, 0);
                ActivationLoops.values(f, values, values, e, n);
                Blocks.store(values, 0, y.dtype(), y.data(), pieces.offset(y, p), n);
            }
        });
    }

    @Override
    public void backward(Activation f, Matrix x, Matrix dy, Matrix dx) {
        Pieces pieces = Pieces.of(x, dy, dx);
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] values = scratch.floats(worker, 0, Pieces.LENGTH);
            float[] e = scratch.floats(worker, 4, Pieces.LENGTH);
            float[] slopes = scratch.floats(worker, 1, Pieces.LENGTH);
            float[] dys = scratch.floats(worker, 2, Pieces.LENGTH);
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                int n = pieces.length(p);
                Blocks.load(x.dtype(), x.data(), pieces.offset(x, p), n, values, 0);
                Blocks.load(dy.dtype(), dy.data(), pieces.offset(dy, p), n, dys, 0);
                ActivationLoops.slopes(f, values, values, slopes, e, n);
                Loops.multiply(slopes, dys, n);
                Blocks.store(slopes, 0, dx.dtype(), dx.data(), pieces.offset(dx, p), n);
            }
        });
    }

    @Override
    public void gatedForward(Activation f, Matrix gate, Matrix up, Matrix y) {
        Pieces pieces = Pieces.of(gate, up, y);
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] gates = scratch.floats(worker, 0, Pieces.LENGTH);
            float[] e = scratch.floats(worker, 4, Pieces.LENGTH);
            float[] ups = scratch.floats(worker, 1, Pieces.LENGTH);
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                int n = pieces.length(p);
                Blocks.load(gate.dtype(), gate.data(), pieces.offset(gate, p), n, gates, 0);
                Blocks.load(up.dtype(), up.data(), pieces.offset(up, p), n, ups, 0);
                ActivationLoops.values(f, gates, gates, e, n);
                Loops.multiply(gates, ups, n);
                Blocks.store(gates, 0, y.dtype(), y.data(), pieces.offset(y, p), n);
            }
        });
    }

    @Override
    public void gatedBackward(Activation f, Matrix gate, Matrix up, Matrix dy, Matrix dGate, Matrix dUp) {
        Pieces.requireShape(gate, dGate);
        Pieces.requireShape(gate, dUp);
        boolean contiguous = gate.isContiguous()
                && up.isContiguous()
                && dy.isContiguous()
                && dGate.isContiguous()
                && dUp.isContiguous();
        Pieces.requireShape(gate, up);
        Pieces.requireShape(gate, dy);
        Pieces pieces = Pieces.of(gate, contiguous);
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] values = scratch.floats(worker, 0, Pieces.LENGTH);
            float[] e = scratch.floats(worker, 4, Pieces.LENGTH);
            float[] slopes = scratch.floats(worker, 1, Pieces.LENGTH);
            float[] ups = scratch.floats(worker, 2, Pieces.LENGTH);
            float[] dys = scratch.floats(worker, 3, Pieces.LENGTH);
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                int n = pieces.length(p);
                Blocks.load(gate.dtype(), gate.data(), pieces.offset(gate, p), n, values, 0);
                Blocks.load(up.dtype(), up.data(), pieces.offset(up, p), n, ups, 0);
                Blocks.load(dy.dtype(), dy.data(), pieces.offset(dy, p), n, dys, 0);
                ActivationLoops.slopes(f, values, values, slopes, e, n);
                Loops.multiply(slopes, ups, n);
                Loops.multiply(slopes, dys, n);
                Loops.multiply(values, dys, n);
                Blocks.store(slopes, 0, dGate.dtype(), dGate.data(), pieces.offset(dGate, p), n);
                Blocks.store(values, 0, dUp.dtype(), dUp.data(), pieces.offset(dUp, p), n);
            }
        });
    }
}
