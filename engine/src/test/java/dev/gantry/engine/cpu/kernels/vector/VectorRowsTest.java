package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.OptimizerKernels.AdamStep;
import dev.gantry.engine.backend.OptimizerKernels.LarsStep;
import dev.gantry.engine.backend.RotaryKernels.Direction;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.KernelSet;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Row-wise vector kernels against scalar truth.
class VectorRowsTest {
    private static final int[] WIDTHS = {1, 5, 16, 48, 63, 64, 65, 130, 768, 1027};
    private static final float EPSILON = 1e-5f;

    private final WorkerPool pool = new WorkerPool(2);
    private final KernelSet vector = VectorKernels.on(pool);
    private final KernelSet scalar = KernelSet.scalar();

    @AfterEach
    void closePool() {
        pool.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16", "F16"})
    void normsEqualScalar(DType dtype) {
        try (RandomMatrices make = new RandomMatrices("normsEqualScalar " + dtype)) {
            for (int width : WIDTHS) {
                Matrix x = make.normalSlice(dtype, 67, width);
                Matrix gamma = make.normal(dtype, 1, width);
                Matrix beta = make.normal(dtype, 1, width);
                Matrix dy = make.normal(dtype, 67, width);
                Matrix before = make.normal(DType.F32, 67, width);
                Matrix[] actual = runNorms(make, vector, x, gamma, beta, dy, before);
                Matrix[] expected = runNorms(make, scalar, x, gamma, beta, dy, before);
                String[] names = {
                    "layer y", "stats", "dx", "dgamma", "dbeta", "rms y", "rms stats", "rms dx", "rms dgamma"
                };
                for (int i = 0; i < actual.length; i++) {
                    double scale = Close.largest(expected[i]); // cancellation: of the largest, not of each
                    double relative = i == 0 || i == 1 || width > 1 ? 3e-6 : 1e-3;
                    assertClose(names[i] + " width " + width, actual[i], expected[i], relative, relative * scale);
                }
            }
        }
    }

    private static Matrix[] runNorms(
            RandomMatrices make, KernelSet kernels, Matrix x, Matrix gamma, Matrix beta, Matrix dy, Matrix before) {
        int rows = x.rows();
        int width = x.columns();
        Matrix y = make.zeros(x.dtype(), rows, width);
        Matrix stats = make.zeros(DType.F32, rows, 2);
        Matrix dx = make.copy(before);
        Matrix dgamma = make.copy(before.row(0));
        Matrix dbeta = make.copy(before.row(1 % rows));
        kernels.norms().layerNorm(x, gamma, beta, EPSILON, y, stats);
        kernels.norms().layerNormBackward(dy, x, gamma, stats, dx, Accumulate.ADD, dgamma, dbeta);
        Matrix rmsY = make.zeros(x.dtype(), rows, width);
        Matrix rmsStats = make.zeros(DType.F32, rows, 2);
        Matrix rmsDx = make.copy(before);
        Matrix rmsDgamma = make.copy(before.row(0));
        kernels.norms().rmsNorm(x, gamma, EPSILON, rmsY, rmsStats);
        kernels.norms().rmsNormBackward(dy, x, gamma, rmsStats, rmsDx, Accumulate.OVERWRITE, rmsDgamma);
        return new Matrix[] {y, stats, dx, dgamma, dbeta, rmsY, rmsStats, rmsDx, rmsDgamma};
    }

    @Test
    void layerNormKeepsItsAccuracy_whenTheMeanIsLarge() {
        try (RandomMatrices make = new RandomMatrices("layerNormLargeMean")) {
            Matrix x = make.normal(DType.F32, 3, 500);
            for (int c = 0; c < 500; c++) {
                Elements.set(x, 1, c, Elements.get(x, 1, c) + 1000);
            }
            Matrix gamma = make.normal(DType.F32, 1, 500);
            Matrix actual = make.zeros(DType.F32, 3, 500);
            Matrix expected = make.zeros(DType.F32, 3, 500);
            vector.norms().layerNorm(x, gamma, null, EPSILON, actual, make.zeros(DType.F32, 3, 2));
            scalar.norms().layerNorm(x, gamma, null, EPSILON, expected, make.zeros(DType.F32, 3, 2));
            assertClose("y", actual, expected, 1e-6, 1e-3);
        }
    }

    @Test
    void rotaryEqualsScalar() {
        try (RandomMatrices make = new RandomMatrices("rotaryEqualsScalar")) {
            for (int half : new int[] {1, 3, 8, 16, 24, 32, 50}) {
                for (DType dtype : new DType[] {DType.F32, DType.BF16}) {
                    Matrix x = make.normal(dtype, 33, 3 * (2 * half + 5));
                    Matrix expected = make.copy(x);
                    Matrix positions = make.randomIds(33, 40);
                    Matrix cosines = make.normal(DType.F32, 40, half);
                    Matrix sines = make.normal(DType.F32, 40, half);
                    for (Direction direction : Direction.values()) {
                        rotate(vector, x, half, positions, cosines, sines, direction);
                        rotate(scalar, expected, half, positions, cosines, sines, direction);
                    }
                    assertClose("x", x, expected, 1e-6, dtype == DType.F32 ? 1e-5 : 0.1);
                }
            }
        }
    }

    private static void rotate(
            KernelSet kernels,
            Matrix x,
            int half,
            Matrix positions,
            Matrix cosines,
            Matrix sines,
            Direction direction) {
        Heads heads = new Heads(x, 2, 2 * half + 5, 3, 2 * half + 3); // three elements of each head stay
        kernels.rotary().rotate(heads, positions, cosines, sines, direction);
    }

    @Test
    void embeddingsEqualScalar() {
        try (RandomMatrices make = new RandomMatrices("embeddingsEqualScalar")) {
            for (int width : WIDTHS) {
                Matrix ids = make.randomIds(90, 9);
                Matrix table = make.normal(DType.BF16, 11, width);
                Matrix y = make.normal(DType.F32, 90, width);
                Matrix expected = make.copy(y);
                vector.embeddings().gather(ids, 2, table, y, Accumulate.ADD);
                scalar.embeddings().gather(ids, 2, table, expected, Accumulate.ADD);
                assertThat(y.data().mismatch(expected.data())).isEqualTo(-1);
                Matrix dTable = make.normal(DType.F32, 11, width);
                Matrix expectedTable = make.copy(dTable);
                vector.embeddings().scatterAdd(ids, 2, y, dTable);
                scalar.embeddings().scatterAdd(ids, 2, y, expectedTable);
                assertThat(dTable.data().mismatch(expectedTable.data())).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16"})
    void optimizersEqualScalar(DType dtype) {
        try (RandomMatrices make = new RandomMatrices("optimizersEqualScalar " + dtype)) {
            for (int width : new int[] {1, 15, 64, 100, 1030}) {
                Matrix[] actual = runOptimizers(make, vector, dtype, width);
                Matrix[] expected = runOptimizers(make, scalar, dtype, width);
                for (int i = 0; i < actual.length; i++) {
                    assertClose("tensor " + i + " width " + width, actual[i], expected[i], 2e-6, 1e-7);
                }
            }
        }
    }

    private static Matrix[] runOptimizers(RandomMatrices make, KernelSet kernels, DType dtype, int width) {
        java.util.Random random = new java.util.Random(width);
        Matrix w = make.zeros(dtype, 37, width);
        Matrix g = make.zeros(DType.F32, 37, width);
        for (int r = 0; r < 37; r++) {
            for (int c = 0; c < width; c++) {
                Elements.set(w, r, c, (float) random.nextGaussian());
                Elements.set(g, r, c, (float) random.nextGaussian());
            }
        }
        Matrix[] all = {w, make.copy(w), make.copy(w), null, null, null, null, null};
        for (int i = 3; i < 8; i++) {
            all[i] = make.zeros(DType.F32, 37, width);
        }
        for (int t = 1; t <= 3; t++) {
            AdamStep step = new AdamStep(0.01, 0.9, 0.999, 1e-8, 0.1, 1 - Math.pow(0.9, t), 1 - Math.pow(0.999, t));
            kernels.optimizers().adamW(all[0], g, all[3], all[4], step, 0.7f);
            kernels.optimizers().lamb(all[1], g, all[5], all[6], step, 0.7f);
            kernels.optimizers().lars(all[2], g, all[7], new LarsStep(0.1, 0.9, 0.01, 0.02, 1e-9), 0.7f);
        }
        return all;
    }
}
