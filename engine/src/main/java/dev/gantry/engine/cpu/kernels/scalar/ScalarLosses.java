package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.Elements.get;
import static dev.gantry.engine.cpu.Elements.integer;
import static dev.gantry.engine.cpu.Elements.set;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.kernels.TokenIds;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// Softmax cross-entropy row by row.
public final class ScalarLosses implements LossKernels {

    @Override
    public void crossEntropy(Matrix logits, Matrix labels, float scale, Matrix rowLoss, @Nullable Matrix dLogits) {
        for (int t = 0; t < logits.rows(); t++) {
            if (integer(labels, t) == IGNORED) {
                set(rowLoss, 0, t, 0f);
                if (dLogits != null) {
                    zero(dLogits, t);
                }
                continue;
            }
            int label = TokenIds.entry(labels, t, 0, logits.columns());
            double max = max(logits, t);
            double sum = sumOfExponentials(logits, t, max);
            set(rowLoss, 0, t, (float) (max - get(logits, t, label) + Math.log(sum)));
            if (dLogits == null) {
                continue;
            }
            for (int c = 0; c < logits.columns(); c++) {
                double probability = Math.exp(get(logits, t, c) - max) / sum;
                set(dLogits, t, c, (float) (scale * (c == label ? probability - 1 : probability)));
            }
        }
    }

    private static double max(Matrix logits, int row) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < logits.columns(); c++) {
            max = Math.max(max, get(logits, row, c));
        }
        return max;
    }

    private static double sumOfExponentials(Matrix logits, int row, double max) {
        double sum = 0;
        for (int c = 0; c < logits.columns(); c++) {
            sum += Math.exp(get(logits, row, c) - max);
        }
        return sum;
    }

    private static void zero(Matrix m, int row) {
        for (int c = 0; c < m.columns(); c++) {
            set(m, row, c, 0f);
        }
    }
}
