package dev.gantry.engine.cpu.kernels.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.OptimizerKernels.AdamStep;
import dev.gantry.engine.backend.OptimizerKernels.LarsStep;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.Test;

/// Optimizers against their papers' formulas, worked by hand.
class ScalarOptimizersTest {
    private final ScalarOptimizers optimizers = new ScalarOptimizers();

    private static AdamStep step(int t, double weightDecay) {
        return new AdamStep(0.01, 0.9, 0.999, 1e-8, weightDecay, 1 - Math.pow(0.9, t), 1 - Math.pow(0.999, t));
    }

    @Test
    void firstAdamStepMovesByTheRateAgainstTheSign() {
        try (RandomMatrices make = new RandomMatrices("firstAdamStep")) {
            Matrix w = make.row(1, -2);
            Matrix m = make.row(0, 0);
            Matrix v = make.row(0, 0);
            optimizers.adamW(w, make.row(0.5f, -3), m, v, step(1, 0.1), 1);
            assertThat(Elements.get(w, 0, 0)).isCloseTo(0.999f - 0.01f, within(1e-6f));
            assertThat(Elements.get(w, 0, 1)).isCloseTo(-1.998f + 0.01f, within(1e-6f));
            assertThat(Elements.get(m, 0, 0)).isCloseTo(0.05f, within(1e-8f));
            assertThat(Elements.get(v, 0, 1)).isCloseTo(0.009f, within(1e-8f));
        }
    }

    /// Two steps of `torch.optim.AdamW(lr=0.01, weight_decay=0)` on w = 1 with gradients 0.5 and -0.25:
    /// m2 = 0.9·0.05 - 0.1·0.25 = 0.02, v2 = 0.999·0.00025 + 0.001·0.0625 = 0.00031225.
    @Test
    void secondAdamStepUsesCorrectedMoments() {
        try (RandomMatrices make = new RandomMatrices("secondAdamStep")) {
            Matrix w = make.row(1);
            Matrix m = make.row(0);
            Matrix v = make.row(0);
            optimizers.adamW(w, make.row(0.5f), m, v, step(1, 0), 1);
            optimizers.adamW(w, make.row(-1), m, v, step(2, 0), 0.25f);
            double update = 0.02 / 0.19 / (Math.sqrt(0.00031225 / 0.001999) + 1e-8);
            assertThat((double) Elements.get(w, 0, 0)).isCloseTo(1 - 0.01 - 0.01 * update, within(1e-7));
        }
    }

    @Test
    void lambScalesTheUpdateToTheNormOfTheWeights() {
        try (RandomMatrices make = new RandomMatrices("lamb")) {
            Matrix w = make.row(3, 4);
            optimizers.lamb(w, make.row(0.5f, -0.5f), make.row(0, 0), make.row(0, 0), step(1, 0.1), 1);
            double u0 = 1 + 0.3; // sign of the gradient plus decay
            double u1 = -1 + 0.4;
            double rate = 0.01 * 5 / Math.hypot(u0, u1);
            assertThat((double) Elements.get(w, 0, 0)).isCloseTo(3 - rate * u0, within(1e-6));
            assertThat((double) Elements.get(w, 0, 1)).isCloseTo(4 - rate * u1, within(1e-6));
        }
    }

    @Test
    void larsTakesItsRateFromTheNorms() {
        try (RandomMatrices make = new RandomMatrices("lars")) {
            Matrix w = make.row(3, 4);
            Matrix momentum = make.row(0.1f, 0);
            LarsStep step = new LarsStep(0.1, 0.9, 0.01, 0.02, 0);
            optimizers.lars(w, make.row(0, 4), momentum, step, 0.5f);
            double rate = 0.1 * 0.02 * 5 / (2 + 0.01 * 5);
            assertThat((double) Elements.get(momentum, 0, 0)).isCloseTo(0.09 + rate * 0.03, within(1e-7));
            assertThat((double) Elements.get(w, 0, 1)).isCloseTo(4 - rate * 2.04, within(1e-6));
        }
    }

    @Test
    void zeroWeightsCanLeaveZero() {
        try (RandomMatrices make = new RandomMatrices("zeroWeights")) {
            Matrix w = make.row(0, 0);
            optimizers.lamb(w, make.row(1, 1), make.row(0, 0), make.row(0, 0), step(1, 0), 1);
            assertThat(Elements.get(w, 0, 0)).isCloseTo(-0.01f, within(1e-6f));
            Matrix zero = make.row(0, 0);
            optimizers.lars(zero, make.row(1, 1), make.row(0, 0), new LarsStep(0.1, 0, 0, 0.02, 0), 1);
            assertThat(Elements.get(zero, 0, 1)).isCloseTo(-0.1f, within(1e-6f));
        }
    }

    @Test
    void bf16ParameterIsRounded() {
        try (RandomMatrices make = new RandomMatrices("bf16Parameter")) {
            Matrix w = make.copy(make.row(1), DType.BF16);
            optimizers.adamW(w, make.row(1), make.row(0), make.row(0), step(1, 0), 1);
            assertThat(Elements.get(w, 0, 0)).isEqualTo(0.98828125f); // 0.99 to 8 bits
        }
    }
}
