package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.backend.ElementKernels.SQUARES_RUN;
import static dev.gantry.engine.cpu.kernels.vector.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.KernelSet;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Element-wise vector kernels against scalar truth: odd sizes, slices, extremes, every storage type.
class VectorElementwiseTest {
    private static final int[] WIDTHS = {1, 4, 7, 16, 33, 64, 100, 257, 1023, 1024, 1025, 2050};
    private static final DType[] TYPES = {DType.F32, DType.BF16, DType.F16};
    private static final float[] EXTREMES = {
        0f,
        -0f,
        1f,
        -1f,
        1e-40f,
        -1e-40f,
        1e-30f,
        3e4f,
        -3e4f,
        1e20f,
        -1e20f,
        3.4e38f,
        -3.4e38f,
        88f,
        -88f,
        104f,
        -104f,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
    };

    private final WorkerPool pool = new WorkerPool(2);
    private final KernelSet vector = VectorKernels.on(pool);
    private final KernelSet scalar = KernelSet.scalar();

    @AfterEach
    void closePool() {
        pool.close();
    }

    @Test
    void copyEqualsScalar_forAllPairsOfTypes() {
        try (RandomMatrices make = new RandomMatrices("copyEqualsScalar")) {
            for (DType from : TYPES) {
                for (DType to : TYPES) {
                    for (int width : WIDTHS) {
                        Matrix x = make.copy(make.normalSlice(DType.F32, 3, width), from);
                        Matrix actual = make.zeros(to, 3, width);
                        Matrix expected = make.zeros(to, 3, width);
                        vector.elements().copy(x, actual);
                        scalar.elements().copy(x, expected);
                        assertThat(actual.data().mismatch(expected.data()))
                                .as("%s to %s, %d", from, to, width)
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }

    @Test
    void bf16RoundingEqualsScalar_forEveryKindOfBits() {
        try (RandomMatrices make = new RandomMatrices("bf16Rounding")) {
            Matrix x = make.zeros(DType.F32, 1, 100_000);
            for (int i = 0; i < 100_000; i++) {
                Elements.set(x, 0, i, Float.intBitsToFloat(make.random().nextInt()));
            }
            Matrix actual = make.zeros(DType.BF16, 1, 100_000);
            Matrix expected = make.zeros(DType.BF16, 1, 100_000);
            vector.elements().copy(x, actual);
            scalar.elements().copy(x, expected);
            assertThat(actual.data().mismatch(expected.data())).isEqualTo(-1);
        }
    }

    @Test
    void arithmeticEqualsScalar() {
        try (RandomMatrices make = new RandomMatrices("arithmeticEqualsScalar")) {
            for (int width : WIDTHS) {
                Matrix x = make.normalSlice(DType.BF16, 70, width);
                Matrix y = make.normal(DType.F32, 70, width);
                Matrix expected = make.copy(y);
                vector.elements().add(0.3f, x, y);
                scalar.elements().add(0.3f, x, expected);
                assertThat(y.data().mismatch(expected.data())).isEqualTo(-1);
                Matrix sums = make.normal(DType.F32, 1, width);
                Matrix expectedSums = make.copy(sums);
                vector.elements().addColumnSums(x, sums);
                scalar.elements().addColumnSums(x, expectedSums);
                assertClose("column sums", sums, expectedSums, 1e-6, 1e-5);
                double squares = scalar.elements().sumOfSquares(x);
                assertThat(vector.elements().sumOfSquares(x)).isCloseTo(squares, within(1e-12 * squares));
            }
        }
    }

    @Test
    void sumOfSquaresSurvivesHugeValues() {
        try (RandomMatrices make = new RandomMatrices("sumOfSquaresHuge")) {
            Matrix x = make.row(3e38f, 4e37f);
            assertThat(vector.elements().sumOfSquares(x))
                    .isEqualTo(scalar.elements().sumOfSquares(x));
        }
    }

    @Test
    void sumOfSquaresMayBeCutBetweenRuns() {
        try (RandomMatrices make = new RandomMatrices("sumOfSquaresMayBeCutBetweenRuns")) {
            for (KernelSet kernels : List.of(vector, scalar)) {
                for (int width : new int[] {1, 16_383, 16_384, 16_385, 100_003}) {
                    Matrix x = make.normal(DType.F32, 1, width);
                    int runs = (width + SQUARES_RUN - 1) / SQUARES_RUN;
                    double[] whole = new double[runs];
                    kernels.elements().sumsOfSquares(x, whole);
                    double[] cut = new double[runs];
                    double total = 0;
                    for (int run = 0; run < runs; run++) {
                        int from = run * SQUARES_RUN;
                        double[] one = new double[1];
                        Matrix part = x.columns(from, Math.min(SQUARES_RUN, width - from));
                        kernels.elements().sumsOfSquares(part, one);
                        cut[run] = one[0];
                        total += one[0];
                    }
                    assertThat(cut).isEqualTo(whole);
                    assertThat(kernels.elements().sumOfSquares(x)).isEqualTo(total);
                }
            }
        }
    }

    @Test
    void dropoutEqualsScalar() {
        try (RandomMatrices make = new RandomMatrices("dropoutEqualsScalar")) {
            for (int width : WIDTHS) {
                Matrix x = make.normalSlice(DType.F32, 5, width);
                Matrix actual = make.zeros(DType.F32, 5, width);
                Matrix expected = make.zeros(DType.F32, 5, width);
                vector.elements().dropout(x, 0.3f, 99, actual);
                scalar.elements().dropout(x, 0.3f, 99, expected);
                assertThat(actual.data().mismatch(expected.data())).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void activationsEqualScalar(Activation f) {
        try (RandomMatrices make = new RandomMatrices("activationsEqualScalar " + f)) {
            for (int width : WIDTHS) {
                for (DType dtype : TYPES) {
                    compareActivation(make, f, make.copy(make.normal(DType.F32, 2, width, 3), dtype));
                }
            }
            compareActivation(make, f, make.row(EXTREMES));
        }
    }

    private void compareActivation(RandomMatrices make, Activation f, Matrix x) {
        DType dtype = x.dtype();
        int width = x.columns();
        Matrix dy = make.normal(dtype, x.rows(), width);
        Matrix up = make.normal(dtype, x.rows(), width);
        Matrix[] actual = new Matrix[5];
        Matrix[] expected = new Matrix[5];
        for (int i = 0; i < 5; i++) {
            actual[i] = make.zeros(dtype, x.rows(), width);
            expected[i] = make.zeros(dtype, x.rows(), width);
        }
        runActivation(vector, f, x, up, dy, actual);
        runActivation(scalar, f, x, up, dy, expected);
        String[] names = {"y", "dx", "gated y", "dGate", "dUp"};
        for (int i = 0; i < 5; i++) {
            assertClose(f + " " + names[i], actual[i], expected[i], 1e-6, 2e-6);
        }
    }

    private static void runActivation(KernelSet kernels, Activation f, Matrix x, Matrix up, Matrix dy, Matrix[] out) {
        kernels.activations().forward(f, x, out[0]);
        kernels.activations().backward(f, x, dy, out[1]);
        kernels.activations().gatedForward(f, x, up, out[2]);
        kernels.activations().gatedBackward(f, x, up, dy, out[3], out[4]);
    }

    @Test
    void outputsMayBeInputs() {
        try (RandomMatrices make = new RandomMatrices("outputsMayBeInputs")) {
            Matrix gate = make.normal(DType.F32, 3, 1500);
            Matrix up = make.normal(DType.F32, 3, 1500);
            Matrix dy = make.normal(DType.F32, 3, 1500);
            Matrix dGate = make.zeros(DType.F32, 3, 1500);
            Matrix dUp = make.zeros(DType.F32, 3, 1500);
            vector.activations().gatedBackward(Activation.SILU, gate, up, dy, dGate, dUp);
            vector.activations().gatedBackward(Activation.SILU, gate, up, dy, gate, up);
            assertThat(gate.data().mismatch(dGate.data())).isEqualTo(-1);
            assertThat(up.data().mismatch(dUp.data())).isEqualTo(-1);
        }
    }
}
