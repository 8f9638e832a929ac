package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.SoftmaxState;
import dev.gantry.engine.cpu.kernels.TokenIds;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;

/// Softmax cross-entropy in one sweep over the logits (Milakov, Gimelshein 2018): exponentials are taken from the
/// largest logit so far. The gradient takes them again, from the largest of all: that costs less than keeping them.
final class VectorLosses implements LossKernels {
    private static final int RUN = 0;

    private final WorkerPool pool;
    private final Scratch scratch;

    VectorLosses(WorkerPool pool) {
        this.pool = pool;
        this.scratch = new Scratch(pool.threads());
    }

    @Override
    public void softmax(Matrix logits, Columns columns, Matrix labels, Matrix state) {
        SoftmaxState softmax = new SoftmaxState(state);
        RowTiles tiles = RowTiles.of(logits.rows(), logits.columns());
        pool.parallel(tiles.count(), (tile, worker) -> {
            for (int t = tiles.first(tile); t < tiles.end(tile); t++) {
                if (Elements.integer(labels, t) != IGNORED) {
                    int label = TokenIds.entry(labels, t, 0, columns.vocabulary()) - columns.first();
                    if (columns.first() == 0) {
                        softmax.clear(t);
                    }
                    if (label >= 0 && label < logits.columns()) {
                        softmax.setAtLabel(t, Elements.get(logits, t, label));
                    }
                    add(logits, t, softmax, scratch.floats(worker, RUN, COLUMN_STEP));
                }
            }
        });
    }

    private static void add(Matrix logits, int t, SoftmaxState softmax, float[] run) {
        float largest = softmax.largest(t);
        double sum = softmax.sum(t);
        for (int c = 0; c < logits.columns(); c += COLUMN_STEP) {
            int count = Math.min(COLUMN_STEP, logits.columns() - c);
            Blocks.load(logits, t, c, count, run, 0);
            Arrays.fill(run, count, Lanes.padded(count), Float.NEGATIVE_INFINITY); // adds nothing to the sum
            float higher = Math.max(largest, Loops.max(run, count));
            sum = higher == largest ? sum : sum * Math.exp((double) largest - higher);
            largest = higher;
            Loops.subtract(run, largest, Lanes.padded(count));
            Exponential.replace(run, Lanes.padded(count));
            sum += Loops.sum(run, count);
        }
        softmax.set(t, largest, sum);
    }

    @Override
    public void crossEntropy(Matrix state, Matrix labels, Matrix rowLoss) {
        new SoftmaxState(state).crossEntropy(labels, rowLoss);
    }

    @Override
    public void crossEntropyBackward(
            Matrix logits, Columns columns, Matrix labels, Matrix state, float scale, Matrix dLogits) {
        Pieces.requireShape(logits, dLogits);
        SoftmaxState softmax = new SoftmaxState(state);
        RowTiles tiles = RowTiles.of(logits.rows(), logits.columns());
        pool.parallel(tiles.count(), (tile, worker) -> {
            float[] run = scratch.floats(worker, RUN, COLUMN_STEP);
            for (int t = tiles.first(tile); t < tiles.end(tile); t++) {
                if (Elements.integer(labels, t) == IGNORED) {
                    zero(dLogits, t, run);
                } else {
                    int label = Elements.integer(labels, t) - columns.first();
                    float factor = (float) (scale / softmax.sum(t));
                    subtractLabel(logits, t, label, softmax.largest(t), factor, scale, dLogits, run);
                }
            }
        });
    }

    private static void zero(Matrix dLogits, int t, float[] run) {
        Arrays.fill(run, 0f);
        for (int c = 0; c < dLogits.columns(); c += COLUMN_STEP) {
            Blocks.store(run, 0, dLogits, t, c, Math.min(COLUMN_STEP, dLogits.columns() - c));
        }
    }

    /// `dLogits[t] = factor · exp(logits[t] - largest)`, less `scale` at the label.
    private static void subtractLabel(
            Matrix logits, int t, int label, float largest, float factor, float scale, Matrix dLogits, float[] run) {
        for (int c = 0; c < logits.columns(); c += COLUMN_STEP) {
            int count = Math.min(COLUMN_STEP, logits.columns() - c);
            Blocks.load(logits, t, c, count, run, 0);
            Loops.subtract(run, largest, count);
            Exponential.replace(run, count);
            Loops.multiply(run, factor, count);
            if (label >= c && label < c + count) {
                run[label - c] -= scale;
            }
            Blocks.store(run, 0, dLogits, t, c, count);
        }
    }
}
