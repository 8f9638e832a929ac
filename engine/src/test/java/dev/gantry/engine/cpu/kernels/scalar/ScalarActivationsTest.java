package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.kernels.RandomMatrices.dot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.cpu.kernels.GradientCheck;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Activations against known values and finite differences.
class ScalarActivationsTest {
    private final ScalarActivations activations = new ScalarActivations();

    /// Values of PyTorch in float64.
    @ParameterizedTest
    @CsvSource({
        "GELU_EXACT, 1.0, 0.8413447460685429", "GELU_EXACT, -3.5, -0.0008142025",
        "GELU_TANH, 1.0, 0.8411919906082768", "SILU, 1.0, 0.7310585786300049",
        "SILU, -2.0, -0.2384058440442351", "RELU, -2.0, 0.0"
    })
    void valueEqualsKnownValue(Activation f, double x, double expected) {
        assertThat(ScalarActivations.value(f, x)).isCloseTo(expected, within(1e-9));
    }

    @Test
    void normalCdfIsContinuous_whereSeriesAndFractionMeet() {
        double meet = 3 * Math.sqrt(2);
        double below = ErrorFunction.normalCdf(-meet + 1e-12);
        double above = ErrorFunction.normalCdf(-meet - 1e-12);
        assertThat(below / above).isCloseTo(1, within(1e-10));
    }

    @ParameterizedTest
    @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "RELU")
    void derivativeMatchesDifference(Activation f) {
        for (double x = -8; x <= 8; x += 0.05) {
            double h = 1e-4;
            double difference = (ScalarActivations.value(f, x + h) - ScalarActivations.value(f, x - h)) / (2 * h);
            assertThat(ScalarActivations.derivative(f, x)).as("x = %f", x).isCloseTo(difference, within(1e-7));
        }
    }

    @Test
    void reluPassesGradientOnlyAboveZero() {
        assertThat(ScalarActivations.derivative(Activation.RELU, 0.5)).isEqualTo(1);
        assertThat(ScalarActivations.derivative(Activation.RELU, 0)).isZero();
        assertThat(ScalarActivations.derivative(Activation.RELU, -0.5)).isZero();
        assertThat(ScalarActivations.value(Activation.RELU, Double.NaN)).isNaN();
    }

    @ParameterizedTest
    @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "RELU")
    void gatedGradientsMatchDifferences(Activation f) {
        try (RandomMatrices make = new RandomMatrices("gatedGradientsMatchDifferences")) {
            Matrix gate = make.normal(DType.F32, 3, 5);
            Matrix up = make.normal(DType.F32, 3, 5);
            Matrix dy = make.normal(DType.F32, 3, 5);
            Matrix y = make.zeros(DType.F32, 3, 5);
            Matrix dGate = make.zeros(DType.F32, 3, 5);
            Matrix dUp = make.zeros(DType.F32, 3, 5);
            activations.gatedBackward(f, gate, up, dy, dGate, dUp);
            var loss = new Object() {
                double get() {
                    activations.gatedForward(f, gate, up, y);
                    return dot(dy, y);
                }
            };
            GradientCheck.assertGradient("gate", gate, dGate, loss::get);
            GradientCheck.assertGradient("up", up, dUp, loss::get);
        }
    }
}
