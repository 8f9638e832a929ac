package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.TokenIds;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/// Softmax cross-entropy in one sweep over the logits (Milakov, Gimelshein 2018): each block's exponentials are taken
/// from the largest logit so far and kept in scratch; the gradient scales them once the sum is known.
final class VectorLosses implements LossKernels {
    private static final int BLOCK = Pieces.LENGTH;
    private static final int PART = 0;
    private static final int ROW = 1;
    private static final int MAXIMA = 2;

    private final WorkerPool pool;
    private final Scratch scratch;

    VectorLosses(WorkerPool pool) {
        this.pool = pool;
        this.scratch = new Scratch(pool.threads());
    }

    @Override
    public void crossEntropy(Matrix logits, Matrix labels, float scale, Matrix rowLoss, @Nullable Matrix dLogits) {
        if (dLogits != null) {
            Pieces.requireShape(logits, dLogits);
        }
        RowTiles tiles = RowTiles.of(logits.rows(), logits.columns());
        pool.parallel(tiles.count(), (tile, worker) -> {
            for (int t = tiles.first(tile); t < tiles.end(tile); t++) {
                if (Elements.integer(labels, t) == IGNORED) {
                    ignore(worker, t, rowLoss, dLogits);
                } else {
                    int label = TokenIds.entry(labels, t, 0, logits.columns());
                    countRow(worker, t, label, logits, scale, rowLoss, dLogits);
                }
            }
        });
    }

    private void ignore(int worker, int t, Matrix rowLoss, @Nullable Matrix dLogits) {
        Elements.set(rowLoss, 0, t, 0f);
        if (dLogits != null) {
            float[] zeros = scratch.floats(worker, PART, BLOCK);
            Arrays.fill(zeros, 0f);
            for (int c = 0; c < dLogits.columns(); c += BLOCK) {
                Blocks.store(zeros, 0, dLogits, t, c, Math.min(BLOCK, dLogits.columns() - c));
            }
        }
    }

    private void countRow(
            int worker, int t, int label, Matrix logits, float scale, Matrix rowLoss, @Nullable Matrix dLogits) {
        int vocabulary = logits.columns();
        float[] part = scratch.floats(worker, PART, BLOCK);
        float[] row = scratch.floats(worker, ROW, dLogits == null ? BLOCK : vocabulary + BLOCK);
        float[] maxima = scratch.floats(worker, MAXIMA, vocabulary / BLOCK + 1);
        float atLabel = Elements.get(logits, t, label);
        float max = Float.NEGATIVE_INFINITY;
        double sum = 0;
        for (int c = 0; c < vocabulary; c += BLOCK) {
            int count = Math.min(BLOCK, vocabulary - c);
            Blocks.load(logits, t, c, count, part, 0);
            Arrays.fill(part, count, Lanes.padded(count), Float.NEGATIVE_INFINITY); // adds nothing to the sum
            float higher = Math.max(max, Loops.max(part, count));
            sum = higher == max ? sum : sum * Math.exp((double) max - higher);
            max = higher;
            maxima[c / BLOCK] = max;
            Loops.subtract(part, max, Lanes.padded(count));
            Exponential.replace(part, Lanes.padded(count));
            sum += Loops.sum(part, count);
            if (dLogits != null) {
                System.arraycopy(part, 0, row, c, count);
            }
        }
        Elements.set(rowLoss, 0, t, (float) ((double) max - atLabel + Math.log(sum)));
        if (dLogits != null) {
            double factor = scale / sum;
            for (int c = 0; c < vocabulary; c += BLOCK) {
                int count = Math.min(BLOCK, vocabulary - c);
                scale(row, c, (float) (factor * Math.exp((double) maxima[c / BLOCK] - max)), part, count);
                if (label >= c && label < c + count) {
                    part[label - c] -= scale;
                }
                Blocks.store(part, 0, dLogits, t, c, count);
            }
        }
    }

    /// `part = factor · row[at..]`.
    private static void scale(float[] row, int at, float factor, float[] part, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, row, at + i).mul(factor).intoArray(part, i);
        }
    }
}
