package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.NormKernels;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Normalisation row by row. Gradients of gamma and beta are summed in each tile of rows, then over tiles in order.
final class VectorNorms implements NormKernels {
    private static final int ROW = 0;
    private static final int GAMMA = 1;
    private static final int BETA = 2;
    private static final int DY = 3;
    private static final int DX = 4;

    private final WorkerPool pool;
    private final Scratch scratch;
    /// For each tile a row of dgamma, then a row of dbeta.
    private float[] partials = new float[0];

    VectorNorms(WorkerPool pool) {
        this.pool = pool;
        this.scratch = new Scratch(pool.threads());
    }

    @Override
    public void layerNorm(Matrix x, Matrix gamma, @Nullable Matrix beta, float epsilon, Matrix y, Matrix stats) {
        Pieces.requireShape(x, y);
        int width = x.columns();
        RowTiles tiles = RowTiles.of(x.rows(), width);
        pool.parallel(tiles.count(), (tile, worker) -> {
            float[] row = scratch.floats(worker, ROW, width);
            float[] gammas = parameters(gamma, worker, GAMMA);
            float[] betas = beta == null ? gammas : parameters(beta, worker, BETA);
            for (int t = tiles.first(tile); t < tiles.end(tile); t++) {
                Blocks.loadRow(x, t, row);
                float mean = Loops.sum(row, width) / width;
                NormLoops.subtract(row, mean, width);
                float rstd = (float) (1 / Math.sqrt(Loops.dot(row, row, width) / width + epsilon));
                if (beta == null) {
                    NormLoops.scale(row, rstd, gammas, width);
                } else {
                    NormLoops.scaleAndShift(row, rstd, gammas, betas, width);
                }
                Blocks.store(row, 0, y, t, 0, width);
                Elements.set(stats, t, 0, mean);
                Elements.set(stats, t, 1, rstd);
            }
        });
    }

    @Override
    public void rmsNorm(Matrix x, Matrix gamma, float epsilon, Matrix y, Matrix stats) {
        Pieces.requireShape(x, y);
        int width = x.columns();
        RowTiles tiles = RowTiles.of(x.rows(), width);
        pool.parallel(tiles.count(), (tile, worker) -> {
            float[] row = scratch.floats(worker, ROW, width);
            float[] gammas = parameters(gamma, worker, GAMMA);
            for (int t = tiles.first(tile); t < tiles.end(tile); t++) {
                Blocks.loadRow(x, t, row);
                float rrms = (float) (1 / Math.sqrt(Loops.dot(row, row, width) / width + epsilon));
                NormLoops.scale(row, rrms, gammas, width);
                Blocks.store(row, 0, y, t, 0, width);
                Elements.set(stats, t, 0, 0f); // the mean that is not subtracted
                Elements.set(stats, t, 1, rrms);
            }
        });
    }

    @Override
    public void layerNormBackward(
            Matrix dy,
            Matrix x,
            Matrix gamma,
            Matrix stats,
            Matrix dx,
            Accumulate accumulate,
            @Nullable Matrix dgamma,
            @Nullable Matrix dbeta) {
        backward(Centre.ON_MEAN, dy, x, gamma, stats, dx, accumulate, dgamma, dbeta);
    }

    @Override
    public void rmsNormBackward(
            Matrix dy,
            Matrix x,
            Matrix gamma,
            Matrix stats,
            Matrix dx,
            Accumulate accumulate,
            @Nullable Matrix dgamma) {
        backward(Centre.NONE, dy, x, gamma, stats, dx, accumulate, dgamma, null);
    }

    /// With n = (x - mean)·rstd and g = dy·gamma: `dx = rstd · (g - mean(g) - n · mean(g·n))`, without mean(g) where
    /// no mean was subtracted.
    private void backward(
            Centre centre,
            Matrix dy,
            Matrix x,
            Matrix gamma,
            Matrix stats,
            Matrix dx,
            Accumulate accumulate,
            @Nullable Matrix dgamma,
            @Nullable Matrix dbeta) {
        Pieces.requireShape(x, dy);
        Pieces.requireShape(x, dx);
        int width = x.columns();
        RowTiles tiles = RowTiles.of(x.rows(), width);
        int padded = Lanes.padded(width);
        float[] sums = dgamma == null && dbeta == null ? partials : clearedPartials(tiles.count() * 2 * padded);
        pool.parallel(tiles.count(), (tile, worker) -> {
            float[] n = scratch.floats(worker, ROW, width);
            float[] g = scratch.floats(worker, DY, width);
            float[] gammas = parameters(gamma, worker, GAMMA);
            for (int t = tiles.first(tile); t < tiles.end(tile); t++) {
                float rstd = Elements.get(stats, t, 1);
                Blocks.loadRow(x, t, n);
                Blocks.loadRow(dy, t, g);
                NormLoops.normalise(n, centre == Centre.ON_MEAN ? Elements.get(stats, t, 0) : 0f, rstd, width);
                if (dgamma != null) {
                    NormLoops.addProduct(sums, tile * 2 * padded, g, n, width);
                }
                if (dbeta != null) {
                    NormLoops.addTo(sums, (tile * 2 + 1) * padded, g, width);
                }
                Loops.multiply(g, gammas, width);
                float meanG = centre == Centre.ON_MEAN ? Loops.sum(g, width) / width : 0f;
                float meanGn = Loops.dot(g, n, width) / width;
                NormLoops.inputGradient(g, n, meanG, meanGn, rstd, width);
                store(g, dx, t, accumulate, worker);
            }
        });
        addPartials(sums, tiles.count(), 0, padded, dgamma);
        addPartials(sums, tiles.count(), padded, padded, dbeta);
    }

    private void store(float[] g, Matrix dx, int row, Accumulate accumulate, int worker) {
        if (accumulate == Accumulate.ADD) {
            float[] before = scratch.floats(worker, DX, dx.columns());
            Blocks.loadRow(dx, row, before);
            Loops.add(g, before, dx.columns());
        }
        Blocks.store(g, 0, dx, row, 0, dx.columns());
    }

    /// Adds the tiles' rows that start at `at` to `gradient`, in the order of the tiles.
    private void addPartials(float[] sums, int tiles, int at, int padded, @Nullable Matrix gradient) {
        if (gradient == null) {
            return;
        }
        float[] total = scratch.floats(0, ROW, padded);
        Blocks.loadRow(gradient, 0, total);
        float[] tileSum = scratch.floats(0, DY, padded);
        for (int tile = 0; tile < tiles; tile++) {
            System.arraycopy(sums, tile * 2 * padded + at, tileSum, 0, padded);
            Loops.add(total, tileSum, gradient.columns());
        }
        Blocks.store(total, 0, gradient, 0, 0, gradient.columns());
    }

    private float[] clearedPartials(int count) {
        if (partials.length < count) {
            partials = new float[count];
        } else {
            Arrays.fill(partials, 0, count, 0f);
        }
        return partials;
    }

    /// A row of parameters in scratch, 0 in the rest of the last vectors.
    private float[] parameters(Matrix row, int worker, int slot) {
        float[] values = scratch.floats(worker, slot, row.columns());
        Blocks.loadRow(row, 0, values);
        return values;
    }

    /// What a norm subtracts before it scales.
    private enum Centre {
        ON_MEAN,
        NONE
    }
}
