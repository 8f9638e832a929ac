package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.Elements.get;
import static dev.gantry.engine.cpu.Elements.integer;
import static dev.gantry.engine.cpu.Elements.set;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.kernels.SoftmaxState;
import dev.gantry.engine.cpu.kernels.TokenIds;
import dev.gantry.engine.tensor.Matrix;

/// Softmax cross-entropy row by row.
public final class ScalarLosses implements LossKernels {

    @Override
    public void softmax(Matrix logits, Columns columns, Matrix labels, Matrix state) {
        SoftmaxState softmax = new SoftmaxState(state);
        for (int t = 0; t < logits.rows(); t++) {
            if (integer(labels, t) == IGNORED) {
                continue;
            }
            if (columns.first() == 0) {
                softmax.clear(t);
            }
            int label = TokenIds.entry(labels, t, 0, columns.vocabulary()) - columns.first();
            if (label >= 0 && label < logits.columns()) {
                softmax.setAtLabel(t, get(logits, t, label));
            }
            float before = softmax.largest(t);
            float largest = Math.max(before, largest(logits, t));
            double seen = largest == before ? softmax.sum(t) : softmax.sum(t) * Math.exp((double) before - largest);
            softmax.set(t, largest, seen + sumOfExponentials(logits, t, largest));
        }
    }

    @Override
    public void crossEntropy(Matrix state, Matrix labels, Matrix rowLoss) {
        new SoftmaxState(state).crossEntropy(labels, rowLoss);
    }

    @Override
    public void crossEntropyBackward(
            Matrix logits, Columns columns, Matrix labels, Matrix state, float scale, Matrix dLogits) {
        SoftmaxState softmax = new SoftmaxState(state);
        for (int t = 0; t < logits.rows(); t++) {
            int label = integer(labels, t);
            for (int c = 0; c < logits.columns(); c++) {
                double probability = Math.exp((double) get(logits, t, c) - softmax.largest(t)) / softmax.sum(t);
                double error = c + columns.first() == label ? probability - 1 : probability;
                set(dLogits, t, c, label == IGNORED ? 0f : (float) (scale * error));
            }
        }
    }

    private static float largest(Matrix logits, int row) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < logits.columns(); c++) {
            largest = Math.max(largest, get(logits, row, c));
        }
        return largest;
    }

    private static double sumOfExponentials(Matrix logits, int row, float from) {
        double sum = 0;
        for (int c = 0; c < logits.columns(); c++) {
            sum += Math.exp((double) get(logits, row, c) - from);
        }
        return sum;
    }
}
