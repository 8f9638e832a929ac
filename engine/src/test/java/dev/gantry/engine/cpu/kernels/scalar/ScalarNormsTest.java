package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.kernels.RandomMatrices.dot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.GradientCheck;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.Test;

/// Normalisation against its definition and finite differences.
class ScalarNormsTest {
    private static final float EPSILON = 1e-5f;
    private final ScalarNorms norms = new ScalarNorms();

    @Test
    void rowHasMeanZeroAndVarianceOne_whenGammaIsOne() {
        try (RandomMatrices make = new RandomMatrices("rowHasMeanZeroAndVarianceOne")) {
            Matrix x = make.normal(DType.F32, 3, 101, 7);
            Matrix gamma = make.zeros(DType.F32, 1, 101);
            new ScalarElements().fill(gamma, 1);
            Matrix y = make.zeros(DType.F32, 3, 101);
            norms.layerNorm(x, gamma, null, EPSILON, y, make.zeros(DType.F32, 3, 2));
            Matrix ones = make.copy(gamma);
            for (int t = 0; t < 3; t++) {
                assertThat(dot(y.row(t), ones)).isCloseTo(0, within(1e-4));
                assertThat(dot(y.row(t), y.row(t)) / 101).isCloseTo(1, within(1e-5));
            }
        }
    }

    @Test
    void layerNormGradientsMatchDifferences() {
        try (RandomMatrices make = new RandomMatrices("layerNormGradientsMatchDifferences")) {
            Matrix x = make.normalSlice(DType.F32, 4, 7);
            Matrix gamma = make.normal(DType.F32, 1, 7);
            Matrix beta = make.normal(DType.F32, 1, 7);
            Matrix dy = make.normal(DType.F32, 4, 7);
            Matrix y = make.zeros(DType.F32, 4, 7);
            Matrix stats = make.zeros(DType.F32, 4, 2);
            Matrix dx = make.zeros(DType.F32, 4, 7);
            Matrix dgamma = make.zeros(DType.F32, 1, 7);
            Matrix dbeta = make.zeros(DType.F32, 1, 7);
            norms.layerNorm(x, gamma, beta, EPSILON, y, stats);
            norms.layerNormBackward(dy, x, gamma, stats, dx, Accumulate.OVERWRITE, dgamma, dbeta);
            Matrix otherStats = make.zeros(DType.F32, 4, 2);
            var loss = new Object() {
                double get() {
                    norms.layerNorm(x, gamma, beta, EPSILON, y, otherStats);
                    return dot(dy, y);
                }
            };
            GradientCheck.assertGradient("x", x, dx, loss::get);
            GradientCheck.assertGradient("gamma", gamma, dgamma, loss::get);
            GradientCheck.assertGradient("beta", beta, dbeta, loss::get);
        }
    }

    @Test
    void rmsNormGradientsMatchDifferences() {
        try (RandomMatrices make = new RandomMatrices("rmsNormGradientsMatchDifferences")) {
            Matrix x = make.normal(DType.F32, 4, 9);
            Matrix gamma = make.normal(DType.F32, 1, 9);
            Matrix dy = make.normal(DType.F32, 4, 9);
            Matrix y = make.zeros(DType.F32, 4, 9);
            Matrix stats = make.zeros(DType.F32, 4, 2);
            Matrix dx = make.zeros(DType.F32, 4, 9);
            Matrix dgamma = make.zeros(DType.F32, 1, 9);
            norms.rmsNorm(x, gamma, EPSILON, y, stats);
            norms.rmsNormBackward(dy, x, gamma, stats, dx, Accumulate.OVERWRITE, dgamma);
            Matrix otherStats = make.zeros(DType.F32, 4, 2);
            var loss = new Object() {
                double get() {
                    norms.rmsNorm(x, gamma, EPSILON, y, otherStats);
                    return dot(dy, y);
                }
            };
            GradientCheck.assertGradient("x", x, dx, loss::get);
            GradientCheck.assertGradient("gamma", gamma, dgamma, loss::get);
        }
    }

    @Test
    void backwardAddsToDx_whenAskedTo() {
        try (RandomMatrices make = new RandomMatrices("backwardAddsToDx")) {
            Matrix x = make.normal(DType.F32, 2, 5);
            Matrix gamma = make.normal(DType.F32, 1, 5);
            Matrix dy = make.normal(DType.F32, 2, 5);
            Matrix stats = make.zeros(DType.F32, 2, 2);
            norms.layerNorm(x, gamma, null, EPSILON, make.zeros(DType.F32, 2, 5), stats);
            Matrix fresh = make.zeros(DType.F32, 2, 5);
            Matrix added = make.zeros(DType.F32, 2, 5);
            new ScalarElements().fill(added, 10);
            norms.layerNormBackward(dy, x, gamma, stats, fresh, Accumulate.OVERWRITE, null, null);
            norms.layerNormBackward(dy, x, gamma, stats, added, Accumulate.ADD, null, null);
            assertThat(Elements.get(added, 1, 3)).isCloseTo(10 + Elements.get(fresh, 1, 3), within(1e-5f));
        }
    }
}
