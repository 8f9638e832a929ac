package dev.gantry.engine.cuda;

import static dev.gantry.engine.backend.ElementKernels.SQUARES_RUN;
import static dev.gantry.engine.cpu.kernels.vector.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.backend.ActivationKernels;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.KernelSet;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Element-wise CUDA kernels on the host against scalar truth: odd sizes, slices, extremes, every storage type.
class CudaElementsTest {
    private static final int[] WIDTHS = {1, 7, 32, 33, 100, 257, 1025};
    private static final DType[] TYPES = {DType.F32, DType.BF16, DType.F16};
    private static final float[] EXTREMES = {
        0f,
        -0f,
        1f,
        -1f,
        1e-40f,
        -1e-40f,
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

    private final HostCuda cuda = HostCuda.open();
    private final CudaBackend backend = cuda.backend();
    private final ElementKernels elements = backend.elements();
    private final KernelSet scalar = KernelSet.scalar();

    @AfterEach
    void close() {
        backend.close();
        cuda.close();
    }

    @Test
    void copyEqualsScalar_forAllPairsOfTypes() {
        try (RandomMatrices make = cuda.matrices("copyEqualsScalar")) {
            for (DType from : TYPES) {
                for (DType to : TYPES) {
                    for (int width : WIDTHS) {
                        Matrix x = make.copy(make.normalSlice(DType.F32, 9, width), from);
                        Matrix actual = make.zeros(to, 9, width);
                        Matrix expected = make.zeros(to, 9, width);
                        elements.copy(x, actual);
                        scalar.elements().copy(x, expected);
                        assertThat(actual.data().mismatch(expected.data()))
                                .as("%s to %s, %d", from, to, width)
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }

    /// Half precision on the host is this test's own; bf16 is the kernels'.
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"BF16", "F16"})
    void roundingEqualsScalar_forEveryKindOfBits(DType narrow) {
        try (RandomMatrices make = cuda.matrices("roundingEqualsScalar")) {
            Matrix x = make.zeros(DType.F32, 1, 50_000);
            for (int i = 0; i < 50_000; i++) {
                float value = Float.intBitsToFloat(make.random().nextInt());
                Elements.set(x, 0, i, narrow == DType.F16 && Float.isNaN(value) ? i * 1e-8f : value);
            }
            Matrix actual = make.zeros(narrow, 1, 50_000);
            Matrix expected = make.zeros(narrow, 1, 50_000);
            elements.copy(x, actual);
            scalar.elements().copy(x, expected);
            assertThat(actual.data().mismatch(expected.data())).isEqualTo(-1);
        }
    }

    @Test
    void arithmeticEqualsScalar() {
        try (RandomMatrices make = cuda.matrices("arithmeticEqualsScalar")) {
            for (int width : WIDTHS) {
                Matrix x = make.normalSlice(DType.BF16, 70, width);
                Matrix y = make.normal(DType.F32, 70, width);
                Matrix expected = make.copy(y);
                elements.add(0.3f, x, y);
                scalar.elements().add(0.3f, x, expected);
                assertThat(y.data().mismatch(expected.data())).isEqualTo(-1);
                Matrix sums = make.normal(DType.F32, 1, width);
                Matrix expectedSums = make.copy(sums);
                elements.addColumnSums(x, sums);
                scalar.elements().addColumnSums(x, expectedSums);
                assertClose("column sums", sums, expectedSums, 1e-6, 1e-5);
                double squares = scalar.elements().sumOfSquares(x);
                assertThat(elements.sumOfSquares(x)).isCloseTo(squares, within(1e-12 * squares));
                elements.fill(y, 0.5f);
                assertThat(y.data().toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT))
                        .containsOnly(0.5f);
            }
        }
    }

    @Test
    void sumOfSquaresMayBeCutBetweenRuns() {
        try (RandomMatrices make = cuda.matrices("sumOfSquaresMayBeCutBetweenRuns")) {
            for (int width : new int[] {1, 16_383, 16_384, 16_385, 50_003}) {
                Matrix x = make.normal(DType.F32, 1, width);
                int runs = (width + SQUARES_RUN - 1) / SQUARES_RUN;
                double[] whole = new double[runs];
                elements.sumsOfSquares(x, whole);
                double[] cut = new double[runs];
                for (int run = 0; run < runs; run++) {
                    int from = run * SQUARES_RUN;
                    double[] one = new double[1];
                    elements.sumsOfSquares(x.columns(from, Math.min(SQUARES_RUN, width - from)), one);
                    cut[run] = one[0];
                }
                assertThat(cut).isEqualTo(whole);
            }
        }
    }

    @Test
    void dropoutEqualsScalar() {
        try (RandomMatrices make = cuda.matrices("dropoutEqualsScalar")) {
            for (int width : WIDTHS) {
                Matrix x = make.normalSlice(DType.F32, 5, width);
                Matrix actual = make.zeros(DType.F32, 5, width);
                Matrix expected = make.zeros(DType.F32, 5, width);
                elements.dropout(x, 0.3f, 99, actual);
                scalar.elements().dropout(x, 0.3f, 99, expected);
                assertThat(actual.data().mismatch(expected.data())).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void activationsEqualScalar(Activation f) {
        try (RandomMatrices make = cuda.matrices("activationsEqualScalar " + f)) {
            for (int width : WIDTHS) {
                for (DType dtype : TYPES) {
                    compareActivation(make, f, make.copy(make.normal(DType.F32, 2, width, 3), dtype));
                }
            }
            compareActivation(make, f, make.row(EXTREMES));
        }
    }

    private void compareActivation(RandomMatrices make, Activation f, Matrix x) {
        Matrix dy = make.normal(x.dtype(), x.rows(), x.columns());
        Matrix up = make.normal(x.dtype(), x.rows(), x.columns());
        Matrix[] actual = runActivation(make, backend.activations(), f, x, up, dy);
        Matrix[] expected = runActivation(make, scalar.activations(), f, x, up, dy);
        String[] names = {"y", "dx", "gated y", "dGate", "dUp"};
        for (int i = 0; i < names.length; i++) {
            assertClose(f + " " + names[i], actual[i], expected[i], 1e-6, 2e-6);
        }
    }

    private static Matrix[] runActivation(
            RandomMatrices make, ActivationKernels kernels, Activation f, Matrix x, Matrix up, Matrix dy) {
        Matrix[] out = new Matrix[5];
        for (int i = 0; i < out.length; i++) {
            out[i] = make.zeros(x.dtype(), x.rows(), x.columns());
        }
        kernels.forward(f, x, out[0]);
        kernels.backward(f, x, dy, out[1]);
        kernels.gatedForward(f, x, up, out[2]);
        kernels.gatedBackward(f, x, up, dy, out[3], out[4]);
        return out;
    }

    @Test
    void outputsMayBeInputs() {
        try (RandomMatrices make = cuda.matrices("outputsMayBeInputs")) {
            Matrix gate = make.normal(DType.F32, 3, 500);
            Matrix up = make.normal(DType.F32, 3, 500);
            Matrix dy = make.normal(DType.F32, 3, 500);
            Matrix dGate = make.zeros(DType.F32, 3, 500);
            Matrix dUp = make.zeros(DType.F32, 3, 500);
            backend.activations().gatedBackward(Activation.SILU, gate, up, dy, dGate, dUp);
            backend.activations().gatedBackward(Activation.SILU, gate, up, dy, gate, up);
            assertThat(gate.data().mismatch(dGate.data())).isEqualTo(-1);
            assertThat(up.data().mismatch(dUp.data())).isEqualTo(-1);
        }
    }
}
