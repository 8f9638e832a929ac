package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.OptimizerKernels;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.TrustRatio;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;

/// Optimizer steps. Norms of a tensor are summed over tiles in order.
final class VectorOptimizers implements OptimizerKernels {
    private static final int W = 0;
    private static final int G = 1;
    private static final int M = 2;
    private static final int V = 3;

    private final WorkerPool pool;
    private final Scratch scratch;
    private final VectorElements elements;
    private double[] partials = new double[0];

    VectorOptimizers(WorkerPool pool, VectorElements elements) {
        this.pool = pool;
        this.scratch = new Scratch(pool.threads());
        this.elements = elements;
    }

    @Override
    public void adamW(Matrix parameter, Matrix gradient, Matrix m, Matrix v, AdamStep step, float gradientScale) {
        requireF32(gradient, m, v);
        Pieces pieces = pieces(parameter, gradient, m, v);
        FusedAdam adam = FusedAdam.of(step, gradientScale);
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] w = scratch.floats(worker, W, Pieces.LENGTH);
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                load(parameter, pieces, p, w);
                adam.update(
                        w,
                        gradient.data(),
                        pieces.offset(gradient, p),
                        m.data(),
                        pieces.offset(m, p),
                        v.data(),
                        pieces.offset(v, p),
                        pieces.length(p));
                store(w, parameter, pieces, p);
            }
        });
    }

    @Override
    public void lamb(Matrix parameter, Matrix gradient, Matrix m, Matrix v, AdamStep step, float gradientScale) {
        Pieces pieces = pieces(parameter, gradient, m, v);
        double[] sums = partials(2 * pieces.tiles());
        float decay = (float) step.weightDecay();
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] w = scratch.floats(worker, W, Pieces.LENGTH);
            float[] g = scratch.floats(worker, G, Pieces.LENGTH);
            float[] ms = scratch.floats(worker, M, Pieces.LENGTH);
            float[] vs = scratch.floats(worker, V, Pieces.LENGTH);
            double weights = 0;
            double updates = 0;
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                int n = pieces.length(p);
                load(parameter, pieces, p, w);
                load(gradient, pieces, p, g);
                load(m, pieces, p, ms);
                load(v, pieces, p, vs);
                OptimizerLoops.moments(g, ms, vs, step, gradientScale, n);
                store(ms, m, pieces, p);
                store(vs, v, pieces, p);
                OptimizerLoops.direction(w, ms, vs, step, decay, g, n);
                Blocks.zeroTail(w, n);
                Blocks.zeroTail(g, n);
                weights += Loops.sumOfSquares(w, n);
                updates += Loops.sumOfSquares(g, n);
            }
            sums[2 * tile] = weights;
            sums[2 * tile + 1] = updates;
        });
        double ratio = TrustRatio.lamb(sum(sums, pieces.tiles(), 0), sum(sums, pieces.tiles(), 1));
        applyLamb(parameter, m, v, step, (float) (-step.learningRate() * ratio), pieces);
    }

    private void applyLamb(Matrix parameter, Matrix m, Matrix v, AdamStep step, float rate, Pieces pieces) {
        float decay = (float) step.weightDecay();
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] w = scratch.floats(worker, W, Pieces.LENGTH);
            float[] update = scratch.floats(worker, G, Pieces.LENGTH);
            float[] ms = scratch.floats(worker, M, Pieces.LENGTH);
            float[] vs = scratch.floats(worker, V, Pieces.LENGTH);
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                int n = pieces.length(p);
                load(parameter, pieces, p, w);
                load(m, pieces, p, ms);
                load(v, pieces, p, vs);
                OptimizerLoops.direction(w, ms, vs, step, decay, update, n);
                Loops.addScaled(w, rate, update, n);
                store(w, parameter, pieces, p);
            }
        });
    }

    @Override
    public void lars(Matrix parameter, Matrix gradient, Matrix momentum, LarsStep step, float gradientScale) {
        double squaredGradients = elements.sumOfSquares(gradient) * gradientScale * gradientScale;
        double trust = TrustRatio.lars(elements.sumOfSquares(parameter), squaredGradients, step);
        float rate = (float) (step.learningRate() * trust);
        Pieces pieces = pieces(parameter, gradient, momentum, momentum);
        pool.parallel(pieces.tiles(), (tile, worker) -> {
            float[] w = scratch.floats(worker, W, Pieces.LENGTH);
            float[] g = scratch.floats(worker, G, Pieces.LENGTH);
            float[] velocity = scratch.floats(worker, M, Pieces.LENGTH);
            for (long p = pieces.first(tile); p < pieces.end(tile); p++) {
                load(parameter, pieces, p, w);
                load(gradient, pieces, p, g);
                load(momentum, pieces, p, velocity);
                OptimizerLoops.momentum(
                        w,
                        g,
                        velocity,
                        (float) step.momentum(),
                        rate,
                        gradientScale,
                        (float) step.weightDecay(),
                        pieces.length(p));
                store(velocity, momentum, pieces, p);
                store(w, parameter, pieces, p);
            }
        });
    }

    private static void load(Matrix x, Pieces pieces, long p, float[] to) {
        Blocks.load(x.dtype(), x.data(), pieces.offset(x, p), pieces.length(p), to, 0);
    }

    private static void store(float[] from, Matrix x, Pieces pieces, long p) {
        Blocks.store(from, 0, x.dtype(), x.data(), pieces.offset(x, p), pieces.length(p));
    }

    private static Pieces pieces(Matrix parameter, Matrix gradient, Matrix first, Matrix second) {
        Pieces.requireShape(parameter, gradient);
        Pieces.requireShape(parameter, first);
        Pieces.requireShape(parameter, second);
        boolean contiguous =
                parameter.isContiguous() && gradient.isContiguous() && first.isContiguous() && second.isContiguous();
        return Pieces.of(parameter, contiguous);
    }

    private static void requireF32(Matrix... matrices) {
        for (Matrix m : matrices) {
            if (m.dtype() != DType.F32) {
                throw new IllegalArgumentException("gradients and optimizer states are f32, not " + m.dtype());
            }
        }
    }

    private double[] partials(int count) {
        if (partials.length < count) {
            partials = new double[count];
        }
        return partials;
    }

    private static double sum(double[] pairs, int tiles, int which) {
        double total = 0;
        for (int tile = 0; tile < tiles; tile++) {
            total += pairs[2 * tile + which];
        }
        return total;
    }
}
