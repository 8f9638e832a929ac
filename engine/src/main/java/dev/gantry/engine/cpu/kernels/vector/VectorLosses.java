package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.MAX;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.TokenIds;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/// Softmax cross-entropy in two sweeps over a row: maximum and sum of exponentials together (Milakov, Gimelshein 2018),
/// then the gradient.
final class VectorLosses implements LossKernels {
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
            float[] block = scratch.floats(worker, 0, Pieces.LENGTH);
            for (int t = tiles.first(tile); t < tiles.end(tile); t++) {
                if (Elements.integer(labels, t) == IGNORED) {
                    ignore(block, t, rowLoss, dLogits);
                } else {
                    int label = TokenIds.entry(labels, t, 0, logits.columns());
                    countRow(block, t, label, logits, scale, rowLoss, dLogits);
                }
            }
        });
    }

    private static void ignore(float[] block, int t, Matrix rowLoss, @Nullable Matrix dLogits) {
        Elements.set(rowLoss, 0, t, 0f);
        if (dLogits != null) {
            Arrays.fill(block, 0f);
            for (int c = 0; c < dLogits.columns(); c += Pieces.LENGTH) {
                Blocks.store(block, 0, dLogits, t, c, Math.min(Pieces.LENGTH, dLogits.columns() - c));
            }
        }
    }

    private static void countRow(
            float[] block, int t, int label, Matrix logits, float scale, Matrix rowLoss, @Nullable Matrix dLogits) {
        int vocabulary = logits.columns();
        float atLabel = Elements.get(logits, t, label);
        float max = Float.NEGATIVE_INFINITY;
        double sum = 0;
        for (int c = 0; c < vocabulary; c += Pieces.LENGTH) {
            int count = load(logits, t, c, block);
            float higher = Math.max(max, max(block, count));
            if (higher != max) {
                sum *= Math.exp((double) max - higher);
                max = higher;
            }
            exponentials(block, max, count);
            sum += Loops.sum(block, count);
        }
        Elements.set(rowLoss, 0, t, (float) ((double) max - atLabel + Math.log(sum)));
        if (dLogits == null) {
            return;
        }
        float factor = (float) (scale / sum);
        for (int c = 0; c < vocabulary; c += Pieces.LENGTH) {
            int count = load(logits, t, c, block);
            exponentials(block, max, count);
            scale(block, factor, count);
            if (label >= c && label < c + count) {
                block[label - c] -= scale;
            }
            Blocks.store(block, 0, dLogits, t, c, count);
        }
    }

    /// The next columns of a row; the rest of the last vectors is minus infinity, which adds nothing to the sum.
    private static int load(Matrix logits, int t, int column, float[] block) {
        int count = Math.min(Pieces.LENGTH, logits.columns() - column);
        Blocks.load(logits, t, column, count, block, 0);
        Arrays.fill(block, count, Lanes.padded(count), Float.NEGATIVE_INFINITY);
        return count;
    }

    private static float max(float[] block, int count) {
        FloatVector one = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        FloatVector two = one;
        FloatVector three = one;
        FloatVector four = one;
        for (int i = 0; i < count; i += 4 * COUNT) {
            one = one.max(FloatVector.fromArray(F, block, i));
            two = two.max(FloatVector.fromArray(F, block, i + COUNT));
            three = three.max(FloatVector.fromArray(F, block, i + 2 * COUNT));
            four = four.max(FloatVector.fromArray(F, block, i + 3 * COUNT));
        }
        return one.max(two).max(three.max(four)).reduceLanes(MAX);
    }

    /// `block = exp(block - max)`.
    private static void exponentials(float[] block, float max, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, block, i).sub(max).intoArray(block, i);
        }
        Exponential.replace(block, Lanes.padded(count));
    }

    private static void scale(float[] block, float factor, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, block, i).mul(factor).intoArray(block, i);
        }
    }
}
