package dev.gantry.engine.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.decoder.PositionSpec.Rotary;
import dev.gantry.engine.decoder.RotaryScaling;
import dev.gantry.engine.decoder.RotaryScaling.Dynamic;
import dev.gantry.engine.decoder.RotaryScaling.Linear;
import dev.gantry.engine.decoder.RotaryScaling.Llama3;
import dev.gantry.engine.decoder.RotaryScaling.Yarn;
import dev.gantry.engine.decoder.RotaryScaling.YarnBounds;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Frequencies under each scaling against the published formulas, written here another way and in double precision, and
/// against values of well-known models worked out in Python.
class RotaryFrequenciesTest {
    private static final double RELATIVE = 2e-6; // an f32 power of an f32 exponent, as transformers takes it

    @ParameterizedTest
    @CsvSource({"10000, 128", "500000, 64", "1000000, 16", "10000, 2"})
    void plainFrequenciesAreAGeometricSeries(double theta, int dim) {
        double ratio = Math.exp(-2 * Math.log(theta) / dim);
        check(new Rotary(theta, dim, new RotaryScaling.None()), 1, i -> power(ratio, i));
    }

    @Test
    void linearScalingTurnsAPositionAsFarAsItsQuotientWasTurned() {
        check(new Rotary(10_000, 128, new Linear(4)), 9000, i -> plain(10_000, 128, i) / 4);
        checkValues(
                new Rotary(10_000, 128, new Linear(4)),
                Map.of(0, 0.25, 1, 0.21649108084001634, 32, 0.0025, 63, 2.8869549617236455e-05));
    }

    @Test
    void dynamicScalingLeavesSequencesOfTheOriginalLengthAlone() {
        Rotary rotary = new Rotary(10_000, 128, new Dynamic(2, 4096));
        check(rotary, 1, i -> plain(10_000, 128, i));
        check(rotary, 4096, i -> plain(10_000, 128, i));
    }

    /// The base is chosen so that the slowest pair turns exactly as if positions were divided by `s·n/N - (s - 1)`,
    /// while the fastest stays as it is; the pairs between form a geometric series again.
    @ParameterizedTest
    @CsvSource({"2, 4096, 4097", "2, 4096, 8192", "4, 2048, 30000", "1, 100, 250", "8, 64, 65"})
    void dynamicScalingGrowsWithTheSequence(double factor, int original, int length) {
        int dim = 64;
        double stretch = factor * length / original - (factor - 1);
        double slowest = plain(10_000, dim, dim / 2 - 1) / stretch;
        double ratio = Math.pow(slowest, 1.0 / (dim / 2 - 1));
        check(new Rotary(10_000, dim, new Dynamic(factor, original)), length, i -> power(ratio, i));
    }

    @Test
    void dynamicScalingOfLlama2AtTwiceItsContext() {
        checkValues(
                new Rotary(10_000, 128, new Dynamic(2, 4096)),
                8192,
                Map.of(0, 1.0, 1, 0.8509942913412162, 32, 0.005723381508381238, 63, 3.849273282298194e-05));
    }

    /// Rotations over the original context decide: above `high` kept, below `low` divided, between by their place
    /// there.
    @ParameterizedTest
    @CsvSource({"8, 1, 4, 8192, 500000, 128", "32, 1, 4, 8192, 500000, 64", "2, 2, 3, 64, 10000, 16"})
    void llama3ScalingBlendsByRotations(double factor, double low, double high, int original, double theta, int dim) {
        check(new Rotary(theta, dim, new Llama3(factor, low, high, original)), 1, i -> {
            double frequency = plain(theta, dim, i);
            double rotations = original * frequency / (2 * Math.PI);
            double kept = Math.clamp((rotations - low) / (high - low), 0, 1);
            return frequency * (kept + (1 - kept) / factor);
        });
    }

    @Test
    void llama3ScalingOfLlama31() {
        checkValues(
                new Rotary(500_000, 128, new Llama3(8, 1, 4, 8192)),
                Map.of(
                        1, 0.8146172338565447,
                        28, 0.003211445994752591,
                        29, 0.002166570763503359,
                        32, 0.0005248461609929547,
                        34, 0.0001785078127679964,
                        35, 9.556212353964683e-05,
                        63, 3.068925988914511e-07));
    }

    @ParameterizedTest
    @CsvSource({
        "4, 32768, 32, 1, 1000000, 128, WHOLE_PAIRS",
        "4, 32768, 32, 1, 1000000, 128, EXACT",
        "16, 4096, 32, 1, 10000, 64, WHOLE_PAIRS",
        "16, 4096, 32, 1, 10000, 64, EXACT",
        "2, 64, 3, 2, 10000, 16, WHOLE_PAIRS", // a blend of two pairs
        "2, 8, 32, 1, 10000, 16, WHOLE_PAIRS", // no pair turns 32 times
        "2, 6, 32, 1, 10000, 8, WHOLE_PAIRS", // both ends at the first pair
    })
    void yarnBlendsBetweenTwoNumbersOfRotations(
            double factor, int original, double fast, double slow, double theta, int dim, YarnBounds bounds) {
        double from = pairTurning(fast, original, theta, dim);
        double to = pairTurning(slow, original, theta, dim);
        double begin = Math.max(0, bounds == YarnBounds.EXACT ? from : Math.floor(from));
        double end = Math.min(dim - 1, bounds == YarnBounds.EXACT ? to : Math.ceil(to));
        Rotary rotary = new Rotary(theta, dim, new Yarn(factor, original, 1, fast, slow, bounds));
        check(rotary, 1, i -> {
            double frequency = plain(theta, dim, i);
            if (i <= begin) {
                return frequency;
            }
            double stretched = i >= end ? 1 : (i - begin) / (end - begin);
            return frequency * (1 - stretched) + frequency * stretched / factor;
        });
    }

    @Test
    void yarnOfQwen25() {
        double attentionFactor = 1.138629436111989; // 0.1 ln 4 + 1
        Yarn yarn = new Yarn(4, 32768, attentionFactor, 32, 1, YarnBounds.WHOLE_PAIRS);
        checkValues(
                new Rotary(1_000_000, 128, yarn),
                Map.of(
                        0, 1.0,
                        20, 0.01333521432163324,
                        23, 0.006978305848598663,
                        24, 0.005375321490790102,
                        30, 0.001064360981247002,
                        39, 6.490394320837029e-05,
                        40, 4.445698525097307e-05,
                        63, 3.102344401879299e-07));
        Yarn exact = new Yarn(4, 32768, attentionFactor, 32, 1, YarnBounds.EXACT);
        checkValues(
                new Rotary(1_000_000, 128, exact),
                Map.of(
                        23, 0.006978305848598663,
                        24, 0.0055172704751341225,
                        30, 0.0010792377416765538,
                        39, 6.187806812450695e-05,
                        40, 4.445698525097307e-05));
        assertThat(RotaryFrequencies.magnitude(yarn)).isEqualTo((float) attentionFactor);
        assertThat(RotaryFrequencies.magnitude(new Linear(4))).isEqualTo(1);
    }

    /// The pair, not a whole number, that turns `rotations` times over the original context: by bisection.
    private static double pairTurning(double rotations, int original, double theta, int dim) {
        double low = -dim;
        double high = 2.0 * dim;
        for (int step = 0; step < 200; step++) {
            double middle = (low + high) / 2;
            double turns = original * Math.pow(theta, -2 * middle / dim) / (2 * Math.PI);
            if (turns > rotations) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static double plain(double theta, int dim, int pair) {
        return Math.exp(-Math.log(theta) * pair / (dim / 2.0));
    }

    private static double power(double ratio, int exponent) {
        double result = 1;
        for (int i = 0; i < exponent; i++) {
            result *= ratio;
        }
        return result;
    }

    private static void check(Rotary rotary, int length, IntToDoubleFunction expected) {
        float[] frequencies = RotaryFrequencies.of(rotary, length);
        assertThat(frequencies).hasSize(rotary.rotaryDim() / 2);
        for (int i = 0; i < frequencies.length; i++) {
            double value = expected.applyAsDouble(i);
            assertThat((double) frequencies[i]).as("pair %d", i).isCloseTo(value, within(RELATIVE * value));
        }
    }

    private static void checkValues(Rotary rotary, Map<Integer, Double> expected) {
        checkValues(rotary, 1, expected);
    }

    private static void checkValues(Rotary rotary, int length, Map<Integer, Double> expected) {
        float[] frequencies = RotaryFrequencies.of(rotary, length);
        expected.forEach((i, value) ->
                assertThat((double) frequencies[i]).as("pair %d", i).isCloseTo(value, within(RELATIVE * value)));
    }
}
