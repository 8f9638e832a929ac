package dev.gantry.engine.cpu.kernels.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.LossKernels;
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
            losses.crossEntropy(make.zeros(DType.F32, 1, 50), make.ids(7), 1, rowLoss, null);
            assertThat((double) Elements.get(rowLoss, 0, 0)).isCloseTo(Math.log(50), within(1e-6));
        }
    }

    @Test
    void gradientMatchesDifferences_andIsZeroWhereIgnored() {
        try (RandomMatrices make = new RandomMatrices("crossEntropyGradient")) {
            Matrix logits = make.normal(DType.F32, 3, 9, 2);
            Matrix labels = make.ids(8, LossKernels.IGNORED, 0);
            Matrix rowLoss = make.zeros(DType.F32, 1, 3);
            Matrix gradient = make.normal(DType.F32, 3, 9);
            losses.crossEntropy(logits, labels, 0.5f, rowLoss, gradient);
            GradientCheck.assertGradient("logits", logits, gradient, () -> {
                losses.crossEntropy(logits, labels, 0.5f, rowLoss, null);
                return 0.5 * ((double) Elements.get(rowLoss, 0, 0) + Elements.get(rowLoss, 0, 2));
            });
            assertThat(Elements.get(rowLoss, 0, 1)).isZero();
            assertThat(Elements.get(gradient, 1, 4)).isZero();
        }
    }

    @Test
    void labelOutsideVocabularyIsNamed() {
        try (RandomMatrices make = new RandomMatrices("labelOutsideVocabulary")) {
            Matrix logits = make.normal(DType.F32, 1, 9);
            Matrix labels = make.ids(9);
            Matrix rowLoss = make.zeros(DType.F32, 1, 1);
            assertThatThrownBy(() -> losses.crossEntropy(logits, labels, 1, rowLoss, null))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("id 9 of token 0 is outside the table of 9 entries");
        }
    }
}
