package dev.gantry.engine.cpu.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.cpu.kernels.scalar.ScalarActivations;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Accuracy of our polynomials against f64.
class ExponentialTest {

    private static float exp(float x) {
        float[] values = new float[Lanes.COUNT];
        Arrays.fill(values, x);
        Exponential.replace(values, Lanes.COUNT);
        return values[Lanes.COUNT - 1];
    }

    @Test
    void relativeErrorIsBelowOneInTenMillion() {
        double worst = 0;
        for (float x = -87.3f; x <= 0; x += 0.00071f) {
            worst = Math.max(worst, Math.abs(exp(x) / Math.exp(x) - 1));
        }
        System.out.println("exp: worst relative error " + worst);
        assertThat(worst).isLessThan(1e-7);
    }

    @Test
    void extremesAreExact() {
        assertThat(exp(0f)).isEqualTo(1f);
        assertThat(exp(-0f)).isEqualTo(1f);
        assertThat(exp(-Float.MIN_VALUE)).isEqualTo(1f);
        assertThat(exp(-88f)).isZero();
        assertThat(exp(-Float.MAX_VALUE)).isZero();
        assertThat(exp(Float.NEGATIVE_INFINITY)).isZero();
        assertThat(exp(Float.NaN)).isNaN();
        assertThat(exp(Float.intBitsToFloat(0x7fc00001))).isNaN();
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void activationsAndSlopesAreAccurate(Activation f) {
        float[] x = new float[Lanes.padded(40_001)];
        for (int i = 0; i <= 40_000; i++) {
            x[i] = (i - 20_000) / 1000f;
        }
        float[] value = new float[x.length];
        float[] slope = new float[x.length];
        float[] plain = new float[x.length];
        ActivationLoops.slopes(f, x, value, slope, new float[x.length], 40_001);
        ActivationLoops.values(f, x, plain, new float[x.length], 40_001);
        double worstValue = 0;
        double worstSlope = 0;
        for (int i = 0; i <= 40_000; i++) {
            double expected = ScalarActivations.value(f, x[i]);
            worstValue = Math.max(worstValue, Math.abs(value[i] - expected) / (1e-3 + Math.abs(x[i])));
            worstSlope = Math.max(worstSlope, Math.abs(slope[i] - ScalarActivations.derivative(f, x[i])));
            assertThat(plain[i]).isCloseTo(value[i], within(1e-7f * (1 + Math.abs(x[i]))));
        }
        System.out.println(f + ": worst errors " + worstValue + " of |x|, slope " + worstSlope);
        assertThat(worstValue).isLessThan(1.5e-7);
        assertThat(worstSlope).isLessThan(3e-7);
    }
}
