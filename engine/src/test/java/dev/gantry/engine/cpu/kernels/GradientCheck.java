package dev.gantry.engine.cpu.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.Matrix;
import java.util.function.DoubleSupplier;

/// Holds a gradient against central differences of the loss.
public final class GradientCheck {
    /// Wide enough that f32 rounding of the forward (about 1e-6) stays below 1e-4 of a difference.
    private static final float STEP = 1f / 64;

    private static final double TOLERANCE = 3e-3;

    private GradientCheck() {}

    /// @param loss computes the loss from the present values of `input`
    public static void assertGradient(String name, Matrix input, Matrix gradient, DoubleSupplier loss) {
        for (int r = 0; r < input.rows(); r++) {
            for (int c = 0; c < input.columns(); c++) {
                double actual = Elements.get(gradient, r, c);
                double expected = difference(input, r, c, loss);
                assertThat(actual)
                        .as("gradient of %s [%d, %d]", name, r, c)
                        .isCloseTo(expected, within(TOLERANCE * (1 + Math.abs(expected))));
            }
        }
    }

    /// Fourth-order central difference.
    private static double difference(Matrix input, int r, int c, DoubleSupplier loss) {
        float value = Elements.get(input, r, c);
        double near = at(input, r, c, value + STEP, loss) - at(input, r, c, value - STEP, loss);
        double far = at(input, r, c, value + 2 * STEP, loss) - at(input, r, c, value - 2 * STEP, loss);
        Elements.set(input, r, c, value);
        return (8 * near - far) / (12 * STEP);
    }

    private static double at(Matrix input, int r, int c, float value, DoubleSupplier loss) {
        Elements.set(input, r, c, value);
        return loss.getAsDouble();
    }
}
