package dev.gantry.engine.backend;

import static dev.gantry.engine.backend.ElementKernels.SQUARES_RUN;
import static dev.gantry.engine.cpu.kernels.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Element-wise kernels and reductions: odd sizes, slices, extremes, every storage type.
public abstract class ElementsContract extends KernelContract {
    private static final DType[] TYPES = {DType.F32, DType.BF16, DType.F16};
    private static final int MANY = 100_000;

    private final ElementKernels elements = kernels.elements();
    private final ElementKernels truth = scalar.elements();
    private final int[] widths;

    protected ElementsContract(Subject subject, int... widths) {
        super(subject);
        this.widths = widths;
    }

    @Test
    void copyEqualsScalar_forAllPairsOfTypes() {
        try (RandomMatrices make = matrices("copyEqualsScalar")) {
            for (DType from : TYPES) {
                for (DType to : TYPES) {
                    for (int width : widths) {
                        Matrix x = make.copy(make.normalSlice(DType.F32, 9, width), from);
                        Matrix actual = make.zeros(to, 9, width);
                        Matrix expected = make.zeros(to, 9, width);
                        elements.copy(x, actual);
                        truth.copy(x, expected);
                        assertThat(actual.data().mismatch(expected.data()))
                                .as("%s to %s, %d", from, to, width)
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }

    /// Which NaN a half becomes is each implementation's own.
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"BF16", "F16"})
    void roundingEqualsScalar_forEveryKindOfBits(DType narrow) {
        try (RandomMatrices make = matrices("roundingEqualsScalar")) {
            Matrix x = make.zeros(DType.F32, 1, MANY);
            for (int i = 0; i < MANY; i++) {
                float value = Float.intBitsToFloat(make.random().nextInt());
                Elements.set(x, 0, i, narrow == DType.F16 && Float.isNaN(value) ? i * 1e-8f : value);
            }
            Matrix actual = make.zeros(narrow, 1, MANY);
            Matrix expected = make.zeros(narrow, 1, MANY);
            elements.copy(x, actual);
            truth.copy(x, expected);
            assertThat(actual.data().mismatch(expected.data())).isEqualTo(-1);
        }
    }

    @Test
    void arithmeticEqualsScalar() {
        try (RandomMatrices make = matrices("arithmeticEqualsScalar")) {
            for (int width : widths) {
                Matrix x = make.normalSlice(DType.BF16, 70, width);
                Matrix y = make.normal(DType.F32, 70, width);
                Matrix expected = make.copy(y);
                elements.add(0.3f, x, y);
                truth.add(0.3f, x, expected);
                assertThat(y.data().mismatch(expected.data())).isEqualTo(-1);
                Matrix sums = make.normal(DType.F32, 1, width);
                Matrix expectedSums = make.copy(sums);
                elements.addColumnSums(x, sums);
                truth.addColumnSums(x, expectedSums);
                assertClose("column sums", sums, expectedSums, 1e-6, 1e-5);
                double squares = truth.sumOfSquares(x);
                assertThat(elements.sumOfSquares(x)).isCloseTo(squares, within(1e-12 * squares));
                elements.fill(y, 0.5f);
                assertThat(y.data().toArray(ValueLayout.JAVA_FLOAT)).containsOnly(0.5f);
            }
        }
    }

    @Test
    void sumOfSquaresSurvivesHugeValues() {
        try (RandomMatrices make = matrices("sumOfSquaresHuge")) {
            Matrix x = make.row(3e38f, 4e37f);
            assertThat(elements.sumOfSquares(x)).isEqualTo(truth.sumOfSquares(x));
        }
    }

    @Test
    void sumOfSquaresMayBeCutBetweenRuns() {
        try (RandomMatrices make = matrices("sumOfSquaresMayBeCutBetweenRuns")) {
            for (ElementKernels each : List.of(elements, truth)) {
                for (int width : new int[] {1, 16_383, 16_384, 16_385, 100_003}) {
                    Matrix x = make.normal(DType.F32, 1, width);
                    int runs = (width + SQUARES_RUN - 1) / SQUARES_RUN;
                    double[] whole = new double[runs];
                    each.sumsOfSquares(x, whole);
                    double[] cut = new double[runs];
                    double total = 0;
                    for (int run = 0; run < runs; run++) {
                        int from = run * SQUARES_RUN;
                        double[] one = new double[1];
                        each.sumsOfSquares(x.columns(from, Math.min(SQUARES_RUN, width - from)), one);
                        cut[run] = one[0];
                        total += one[0];
                    }
                    assertThat(cut).isEqualTo(whole);
                    assertThat(each.sumOfSquares(x)).isEqualTo(total);
                }
            }
        }
    }

    @Test
    void dropoutEqualsScalar() {
        try (RandomMatrices make = matrices("dropoutEqualsScalar")) {
            for (int width : widths) {
                Matrix x = make.normalSlice(DType.F32, 5, width);
                Matrix actual = make.zeros(DType.F32, 5, width);
                Matrix expected = make.zeros(DType.F32, 5, width);
                elements.dropout(x, 0.3f, 99, actual);
                truth.dropout(x, 0.3f, 99, expected);
                assertThat(actual.data().mismatch(expected.data())).isEqualTo(-1);
            }
        }
    }
}
