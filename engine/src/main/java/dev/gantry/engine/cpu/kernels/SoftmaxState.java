package dev.gantry.engine.cpu.kernels;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The softmax of rows whose logits come in blocks, as {@link LossKernels} keeps it.
///
/// @param values f64 `[rows, LossKernels.STATE_COLUMNS]`
public record SoftmaxState(Matrix values) {
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LARGEST = 0;
    private static final int SUM = 1;
    private static final int AT_LABEL = 2;

    public SoftmaxState {
        if (values.dtype() != DType.F64 || values.columns() != LossKernels.STATE_COLUMNS) {
            throw new IllegalArgumentException("the state of a softmax is [rows, " + LossKernels.STATE_COLUMNS
                    + "] of F64, not " + values.columns() + " columns of " + values.dtype());
        }
    }

    /// A row of which nothing has been seen.
    public void clear(int row) {
        set(row, Float.NEGATIVE_INFINITY, 0);
        setAtLabel(row, 0);
    }

    /// The largest logit so far.
    public float largest(int row) {
        return (float) get(row, LARGEST);
    }

    /// `Σ exp(logit - largest)` so far.
    public double sum(int row) {
        return get(row, SUM);
    }

    public void set(int row, float largest, double sum) {
        put(row, LARGEST, largest);
        put(row, SUM, sum);
    }

    public void setAtLabel(int row, float logit) {
        put(row, AT_LABEL, logit);
    }

    /// The loss of every row that counts, 0 for the others.
    public void crossEntropy(Matrix labels, Matrix rowLoss) {
        for (int row = 0; row < values.rows(); row++) {
            boolean counts = Elements.integer(labels, row) != LossKernels.IGNORED;
            double loss = get(row, LARGEST) - get(row, AT_LABEL) + Math.log(get(row, SUM));
            Elements.set(rowLoss, 0, row, counts ? (float) loss : 0f);
        }
    }

    private double get(int row, int column) {
        return values.data().get(DOUBLE, values.offset(row, column));
    }

    private void put(int row, int column, double value) {
        values.data().set(DOUBLE, values.offset(row, column), value);
    }
}
