package dev.gantry.engine.backend;

import static dev.gantry.engine.cpu.kernels.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.LossKernels.Columns;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Cross-entropy against the scalar truth, and in blocks of columns against itself whole.
public abstract class LossesContract extends KernelContract {
    private static final int ROWS = 9;
    private static final int[] VOCABULARIES = {1, 7, 64, 211, 1024, 1025, 3001, 5120};

    protected LossesContract(Subject subject) {
        super(subject);
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16", "F16"})
    void equalsScalar_andBlocksChangeNoBit(DType dtype) {
        try (RandomMatrices make = matrices("crossEntropy " + dtype)) {
            for (int vocabulary : VOCABULARIES) {
                Matrix logits = logits(make, vocabulary);
                Matrix labels = labels(make, vocabulary);
                Outputs whole = run(make, kernels.losses(), logits, labels, dtype, vocabulary);
                Outputs expected = run(make, scalar.losses(), logits, labels, dtype, vocabulary);
                assertClose("loss of " + vocabulary, whole.loss, expected.loss, 1e-6, 1e-6);
                assertClose("gradient of " + vocabulary, whole.gradient, expected.gradient, 1e-6, 1e-7);
                for (int steps = 1; steps <= 3; steps++) {
                    Outputs blocks =
                            run(make, kernels.losses(), logits, labels, dtype, steps * LossKernels.COLUMN_STEP);
                    assertThat(blocks.loss.data().mismatch(whole.loss.data())).isEqualTo(-1);
                    assertThat(blocks.gradient.data().mismatch(whole.gradient.data()))
                            .as("%d columns in blocks of %d steps", vocabulary, steps)
                            .isEqualTo(-1);
                }
            }
            kernels.synchronize();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16", "F16"})
    void gradientMayReplaceTheLogits(DType dtype) {
        try (RandomMatrices make = matrices("crossEntropyInPlace")) {
            for (int vocabulary : VOCABULARIES) {
                Matrix logits = logits(make, vocabulary);
                Matrix labels = labels(make, vocabulary);
                Matrix expected = run(make, kernels.losses(), logits, labels, dtype, vocabulary).gradient;
                assertInPlace(make, kernels.losses(), logits, labels, expected);
                subject.inAnotherOrder(other -> assertInPlace(make, other.losses(), logits, labels, expected));
            }
        }
    }

    private static void assertInPlace(
            RandomMatrices make, LossKernels losses, Matrix logits, Matrix labels, Matrix expected) {
        int vocabulary = logits.columns();
        Columns all = new Columns(0, vocabulary);
        DType dtype = expected.dtype();
        Matrix wide = make.copy(logits);
        Matrix inPlace = new Matrix(dtype, wide.data(), ROWS, vocabulary, (long) vocabulary * 4 / dtype.bytes());
        Matrix state = make.zeros(DType.F64, ROWS, LossKernels.STATE_COLUMNS);
        losses.softmax(wide, all, labels, state);
        losses.crossEntropyBackward(wide, all, labels, state, 0.25f, inPlace);
        for (int row = 0; row < ROWS; row++) {
            for (int c = 0; c < vocabulary; c++) {
                assertThat(Elements.get(inPlace, row, c)).isEqualTo(Elements.get(expected, row, c));
            }
        }
    }

    @Test
    void labelOutsideTheVocabulary_isThrown_atTheLatestWhenTheHostWaits() {
        try (RandomMatrices make = matrices("labelOutside")) {
            Matrix logits = make.normal(DType.F32, 2, 10);
            Matrix state = make.zeros(DType.F64, 2, LossKernels.STATE_COLUMNS);
            Matrix labels = make.ids(3, 10);
            assertThatThrownBy(() -> {
                        kernels.losses().softmax(logits, new Columns(0, 10), labels, state);
                        kernels.synchronize();
                    })
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining(" 10 of token 1 is outside the table of 10 entries");
        }
    }

    private record Outputs(Matrix loss, Matrix gradient) {}

    /// Blocks forth, twice, for the second finds what the first left; then blocks back.
    private static Outputs run(
            RandomMatrices make, LossKernels losses, Matrix logits, Matrix labels, DType dtype, int width) {
        int vocabulary = logits.columns();
        Matrix state = make.zeros(DType.F64, ROWS, LossKernels.STATE_COLUMNS);
        Matrix loss = make.normal(DType.F32, 1, ROWS);
        Matrix gradient = make.normal(dtype, ROWS, vocabulary);
        for (int step = 0; step < 2; step++) {
            for (int first = 0; first < vocabulary; first += width) {
                Matrix block = logits.columns(first, Math.min(width, vocabulary - first));
                losses.softmax(block, new Columns(first, vocabulary), labels, state);
            }
        }
        losses.crossEntropy(state, labels, loss);
        for (int first = (vocabulary - 1) / width * width; first >= 0; first -= width) {
            int columns = Math.min(width, vocabulary - first);
            Matrix block = logits.columns(first, columns);
            Matrix dBlock = gradient.columns(first, columns);
            losses.crossEntropyBackward(block, new Columns(first, vocabulary), labels, state, 0.25f, dBlock);
        }
        return new Outputs(loss, gradient);
    }

    private static Matrix logits(RandomMatrices make, int vocabulary) {
        Matrix logits = make.normal(DType.F32, ROWS, vocabulary, 4);
        for (int c = 0; c < vocabulary; c++) { // the maximum may come last, and be far away
            Elements.set(logits, 2, c, c * 50f);
            Elements.set(logits, 3, c, -1e30f + c);
        }
        return logits;
    }

    private static Matrix labels(RandomMatrices make, int vocabulary) {
        Matrix labels = make.randomIds(ROWS, vocabulary);
        labels.data().set(ValueLayout.JAVA_INT, 4 * 4, LossKernels.IGNORED);
        return labels;
    }
}
