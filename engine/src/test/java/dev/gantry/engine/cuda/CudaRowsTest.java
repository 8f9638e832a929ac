package dev.gantry.engine.cuda;

import static dev.gantry.engine.cpu.kernels.vector.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.NormKernels;
import dev.gantry.engine.backend.OptimizerKernels;
import dev.gantry.engine.backend.OptimizerKernels.AdamStep;
import dev.gantry.engine.backend.OptimizerKernels.LarsStep;
import dev.gantry.engine.backend.RotaryKernels;
import dev.gantry.engine.backend.RotaryKernels.Direction;
import dev.gantry.engine.cpu.kernels.KernelSet;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.cpu.kernels.vector.Close;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Row-wise CUDA kernels on the host against scalar truth.
class CudaRowsTest {
    private static final int[] WIDTHS = {1, 5, 63, 65, 257, 700};
    private static final float EPSILON = 1e-5f;

    private final HostCuda cuda = HostCuda.open();
    private final CudaBackend backend = cuda.backend();
    private final KernelSet scalar = KernelSet.scalar();

    @AfterEach
    void close() {
        backend.close();
        cuda.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16", "F16"})
    void normsEqualScalar(DType dtype) {
        try (RandomMatrices make = cuda.matrices("normsEqualScalar " + dtype)) {
            for (int width : WIDTHS) {
                Matrix x = make.normalSlice(dtype, 19, width);
                Matrix gamma = make.normal(dtype, 1, width);
                Matrix beta = make.normal(dtype, 1, width);
                Matrix dy = make.normal(dtype, 19, width);
                Matrix before = make.normal(DType.F32, 19, width);
                Matrix[] actual = runNorms(make, backend.norms(), x, gamma, beta, dy, before);
                Matrix[] expected = runNorms(make, scalar.norms(), x, gamma, beta, dy, before);
                String[] names = {
                    "layer y", "stats", "dx", "dgamma", "dbeta", "rms y", "rms stats", "rms dx", "rms dgamma"
                };
                for (int i = 0; i < names.length; i++) {
                    double scale = Close.largest(expected[i]); // cancellation: of the largest, not of each
                    double relative = i == 0 || i == 1 || width > 1 ? 3e-6 : 1e-3;
                    assertClose(names[i] + " width " + width, actual[i], expected[i], relative, relative * scale);
                }
            }
        }
    }

    private static Matrix[] runNorms(
            RandomMatrices make, NormKernels norms, Matrix x, Matrix gamma, Matrix beta, Matrix dy, Matrix before) {
        int rows = x.rows();
        int width = x.columns();
        Matrix y = make.zeros(x.dtype(), rows, width);
        Matrix stats = make.zeros(DType.F32, rows, 2);
        Matrix dx = make.copy(before);
        Matrix dgamma = make.copy(before.row(0));
        Matrix dbeta = make.copy(before.row(1));
        norms.layerNorm(x, gamma, beta, EPSILON, y, stats);
        norms.layerNormBackward(dy, x, gamma, stats, dx, Accumulate.ADD, dgamma, dbeta);
        Matrix rmsY = make.copy(x); // y may be x
        Matrix rmsStats = make.zeros(DType.F32, rows, 2);
        Matrix rmsDx = make.copy(dy); // dx may be dy
        Matrix rmsDgamma = make.copy(before.row(0));
        norms.rmsNorm(rmsY, gamma, EPSILON, rmsY, rmsStats);
        norms.rmsNormBackward(rmsDx, x, gamma, rmsStats, rmsDx, Accumulate.OVERWRITE, rmsDgamma);
        return new Matrix[] {y, stats, dx, dgamma, dbeta, rmsY, rmsStats, rmsDx, rmsDgamma};
    }

    @Test
    void rotaryEqualsScalar() {
        try (RandomMatrices make = cuda.matrices("rotaryEqualsScalar")) {
            for (int half : new int[] {1, 3, 16, 50}) {
                for (DType dtype : new DType[] {DType.F32, DType.BF16}) {
                    Matrix x = make.normal(dtype, 33, 3 * (2 * half + 5));
                    Matrix expected = make.copy(x);
                    Matrix positions = make.randomIds(33, 40);
                    Matrix cosines = make.normal(DType.F32, 40, half);
                    Matrix sines = make.normal(DType.F32, 40, half);
                    for (Direction direction : Direction.values()) {
                        rotate(backend.rotary(), x, half, positions, cosines, sines, direction);
                        rotate(scalar.rotary(), expected, half, positions, cosines, sines, direction);
                    }
                    assertClose("x", x, expected, 1e-6, dtype == DType.F32 ? 1e-5 : 0.1);
                }
            }
        }
    }

    private static void rotate(
            RotaryKernels rotary,
            Matrix x,
            int half,
            Matrix positions,
            Matrix cosines,
            Matrix sines,
            Direction direction) {
        Heads heads = new Heads(x, 2, 2 * half + 5, 3, 2 * half + 3); // three elements of each head stay
        rotary.rotate(heads, positions, cosines, sines, direction);
    }

    @Test
    void embeddingsEqualScalar() {
        try (RandomMatrices make = cuda.matrices("embeddingsEqualScalar")) {
            for (int width : WIDTHS) {
                Matrix ids = make.randomIds(40, 9);
                Matrix table = make.normal(DType.BF16, 11, width);
                Matrix y = make.normal(DType.F32, 40, width);
                Matrix expected = make.copy(y);
                backend.embeddings().gather(ids, 2, table, y, Accumulate.ADD);
                scalar.embeddings().gather(ids, 2, table, expected, Accumulate.ADD);
                assertThat(y.data().mismatch(expected.data())).isEqualTo(-1);
                Matrix dTable = make.normal(DType.F32, 11, width);
                Matrix expectedTable = make.copy(dTable);
                backend.embeddings().scatterAdd(ids, 2, y, dTable);
                scalar.embeddings().scatterAdd(ids, 2, y, expectedTable);
                assertThat(dTable.data().mismatch(expectedTable.data())).isEqualTo(-1);
                backend.synchronize();
            }
        }
    }

    @Test
    void idOutsideItsTable_isThrownWhenTheHostWaits_once() {
        try (RandomMatrices make = cuda.matrices("idOutsideItsTable")) {
            Matrix ids = make.ids(1, 12, 3);
            Matrix table = make.normal(DType.F32, 11, 8);
            backend.embeddings().gather(ids, 0, table, make.zeros(DType.F32, 3, 8), Accumulate.OVERWRITE);
            assertThatThrownBy(backend::synchronize)
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("id 12 of token 1 is outside the table of 11 entries");
            backend.synchronize();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16"})
    void optimizersEqualScalar(DType dtype) {
        try (RandomMatrices make = cuda.matrices("optimizersEqualScalar " + dtype)) {
            for (int width : new int[] {1, 15, 64, 530}) {
                Matrix w = make.normal(dtype, 37, width);
                Matrix g = make.normal(DType.F32, 37, width);
                Matrix[] actual = runOptimizers(make, backend.optimizers(), w, g);
                Matrix[] expected = runOptimizers(make, scalar.optimizers(), w, g);
                for (int i = 0; i < actual.length; i++) {
                    assertClose("tensor " + i + " width " + width, actual[i], expected[i], 2e-6, 2e-7);
                }
            }
        }
    }

    private static Matrix[] runOptimizers(RandomMatrices make, OptimizerKernels optimizers, Matrix w, Matrix g) {
        Matrix[] all = new Matrix[8];
        for (int i = 0; i < all.length; i++) {
            all[i] = i < 3 ? make.copy(w) : make.zeros(DType.F32, w.rows(), w.columns());
        }
        for (int t = 1; t <= 3; t++) {
            AdamStep step = new AdamStep(0.01, 0.9, 0.999, 1e-8, 0.1, 1 - Math.pow(0.9, t), 1 - Math.pow(0.999, t));
            optimizers.adamW(all[0], g, all[3], all[4], step, 0.7f);
            optimizers.lamb(all[1], g, all[5], all[6], step, 0.7f);
            optimizers.lars(all[2], g, all[7], new LarsStep(0.1, 0.9, 0.01, 0.02, 1e-9), 0.7f);
        }
        return all;
    }
}
