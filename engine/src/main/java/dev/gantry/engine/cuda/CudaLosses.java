package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;

/// Softmax cross-entropy. A label outside the vocabulary is thrown when the host next waits for the card.
final class CudaLosses implements LossKernels {
    private final Launcher launcher;
    private final IdFaults faults;

    CudaLosses(Launcher launcher, IdFaults faults) {
        this.launcher = launcher;
        this.faults = faults;
    }

    @Override
    public void softmax(Matrix logits, Columns columns, Matrix labels, Matrix state) {
        requireState(state, logits.rows());
        kernel("Softmax")
                .matrix(logits)
                .number(columns.first())
                .number(columns.vocabulary())
                .integers(labels)
                .address(state.data().address())
                .number(state.rowStride())
                .address(faults.address())
                .run(Grid.overRows(logits.rows()));
    }

    @Override
    public void crossEntropy(Matrix state, Matrix labels, Matrix rowLoss) {
        requireState(state, state.rows());
        if (rowLoss.dtype() != DType.F32) {
            throw new IllegalArgumentException("losses of rows are F32, not " + rowLoss.dtype());
        }
        kernel("CrossEntropy")
                .address(state.data().address())
                .number(state.rowStride())
                .number(state.rows())
                .integers(labels)
                .address(rowLoss.data().address())
                .run(Grid.overItems(state.rows()));
    }

    @Override
    public void crossEntropyBackward(
            Matrix logits, Columns columns, Matrix labels, Matrix state, float scale, Matrix dLogits) {
        requireState(state, logits.rows());
        Shapes.requireSame(logits, dLogits);
        kernel("CrossEntropyBackward")
                .matrix(logits)
                .number(columns.first())
                .integers(labels)
                .address(state.data().address())
                .number(state.rowStride())
                .number(scale)
                .matrix(dLogits)
                .run(Grid.overRows(logits.rows()));
    }

    private static void requireState(Matrix state, int rows) {
        if (state.dtype() != DType.F64) {
            throw new IllegalArgumentException("the state of a softmax is F64, not " + state.dtype());
        }
        Shapes.requireAtLeast(state, rows, STATE_COLUMNS);
    }

    private Launcher kernel(String name) {
        return launcher.kernel(Family.LOSSES, name);
    }
}
