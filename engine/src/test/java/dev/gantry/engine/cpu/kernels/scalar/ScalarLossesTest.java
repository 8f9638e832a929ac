package dev.gantry.engine.cpu.kernels.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.backend.LossKernels.Columns;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.GradientCheck;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.Test;

/// Cross-entropy against its definition and finite differences.
class ScalarLossesTest {
    private final ScalarLosses losses = new ScalarLosses();

    @Test
    void lossIsLogOfVocabulary_whenAllLogitsAreEqual() {
        try (RandomMatrices make = new RandomMatrices("lossIsLogOfVocabulary")) {
            Matrix rowLoss = make.zeros(DType.F32, 1, 1);
            loss(make.zeros(DType.F32, 1, 50), make.ids(7), state(make, 1), rowLoss);
            assertThat((double) Elements.get(rowLoss, 0, 0)).isCloseTo(Math.log(50), within(1e-6));
        }
    }

    @Test
    void gradientMatchesDifferences_andIsZeroWhereIgnored() {
        try (RandomMatrices make = new RandomMatrices("crossEntropyGradient")) {
            Matrix logits = make.normal(DType.F32, 3, 9, 2);
            Matrix labels = make.ids(8, LossKernels.IGNORED, 0);
            Matrix state = state(make, 3);
            Matrix rowLoss = make.zeros(DType.F32, 1, 3);
            Matrix gradient = make.normal(DType.F32, 3, 9);
            loss(logits, labels, state, rowLoss);
            losses.crossEntropyBackward(logits, new Columns(0, 9), labels, state, 0.5f, gradient);
            GradientCheck.assertGradient("logits", logits, gradient, () -> {
                loss(logits, labels, state, rowLoss);
                return 0.5 * ((double) Elements.get(rowLoss, 0, 0) + Elements.get(rowLoss, 0, 2));
            });
            assertThat(Elements.get(rowLoss, 0, 1)).isZero();
            assertThat(Elements.get(gradient, 1, 4)).isZero();
        }
    }

    @Test
    void blocksAreOneRow() {
        try (RandomMatrices make = new RandomMatrices("blocksAreOneRow")) {
            Matrix logits = make.normal(DType.F32, 3, 9, 4);
            Matrix labels = make.ids(8, 2, 4);
            Matrix state = state(make, 3);
            Matrix rowLoss = make.zeros(DType.F32, 1, 3);
            Matrix gradient = make.zeros(DType.F32, 3, 9);
            loss(logits, labels, state, rowLoss);
            losses.crossEntropyBackward(logits, new Columns(0, 9), labels, state, 1, gradient);
            Matrix blockState = state(make, 3);
            Matrix blockLoss = make.zeros(DType.F32, 1, 3);
            Matrix blockGradient = make.zeros(DType.F32, 3, 9);
            int[] starts = {0, 4, 5, 9};
            for (int i = 0; i < 3; i++) {
                Matrix block = logits.columns(starts[i], starts[i + 1] - starts[i]);
                losses.softmax(block, new Columns(starts[i], 9), labels, blockState);
            }
            losses.crossEntropy(blockState, labels, blockLoss);
            for (int i = 2; i >= 0; i--) {
                int width = starts[i + 1] - starts[i];
                Matrix block = logits.columns(starts[i], width);
                Matrix dBlock = blockGradient.columns(starts[i], width);
                losses.crossEntropyBackward(block, new Columns(starts[i], 9), labels, blockState, 1, dBlock);
            }
            for (int row = 0; row < 3; row++) {
                assertThat(Elements.get(blockLoss, 0, row)).isCloseTo(Elements.get(rowLoss, 0, row), within(1e-6f));
                for (int c = 0; c < 9; c++) {
                    assertThat(Elements.get(blockGradient, row, c))
                            .isCloseTo(Elements.get(gradient, row, c), within(1e-7f));
                }
            }
        }
    }

    @Test
    void labelOutsideVocabularyIsNamed() {
        try (RandomMatrices make = new RandomMatrices("labelOutsideVocabulary")) {
            Matrix logits = make.normal(DType.F32, 1, 4);
            Matrix labels = make.ids(9);
            Matrix state = state(make, 1);
            assertThatThrownBy(() -> losses.softmax(logits, new Columns(0, 9), labels, state))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("id 9 of token 0 is outside the table of 9 entries");
        }
    }

    private void loss(Matrix logits, Matrix labels, Matrix state, Matrix rowLoss) {
        losses.softmax(logits, new Columns(0, logits.columns()), labels, state);
        losses.crossEntropy(state, labels, rowLoss);
    }

    private static Matrix state(RandomMatrices make, int rows) {
        return make.zeros(DType.F64, rows, LossKernels.STATE_COLUMNS);
    }
}
