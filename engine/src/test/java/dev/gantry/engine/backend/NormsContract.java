package dev.gantry.engine.backend;

import static dev.gantry.engine.cpu.kernels.Close.assertClose;

import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.Close;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Norms of rows and their gradients.
public abstract class NormsContract extends KernelContract {
    private static final float EPSILON = 1e-5f;
    private static final String[] NORM_OUTPUTS = {
        "layer y",
        "stats",
        "dx",
        "dgamma",
        "dbeta",
        "rms y",
        "rms stats",
        "rms dx",
        "rms dgamma",
        "rms y over x",
        "rms dx over dy"
    };

    private final int rows;
    private final int[] widths;

    protected NormsContract(Subject subject, int rows, int... widths) {
        super(subject);
        this.rows = rows;
        this.widths = widths;
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16", "F16"})
    void normsEqualScalar(DType dtype) {
        try (RandomMatrices make = matrices("normsEqualScalar " + dtype)) {
            for (int width : widths) {
                Matrix x = make.normalSlice(dtype, rows, width);
                Matrix gamma = make.normal(dtype, 1, width);
                Matrix beta = make.normal(dtype, 1, width);
                Matrix dy = make.normal(dtype, rows, width);
                Matrix before = make.normal(DType.F32, rows, width);
                Matrix[] actual = runNorms(make, kernels.norms(), x, gamma, beta, dy, before);
                Matrix[] expected = runNorms(make, scalar.norms(), x, gamma, beta, dy, before);
                for (int i = 0; i < NORM_OUTPUTS.length; i++) {
                    double scale = Close.largest(expected[i]); // cancellation: of the largest, not of each
                    double relative = i == 0 || i == 1 || width > 1 ? 3e-6 : 1e-3;
                    assertClose(
                            NORM_OUTPUTS[i] + " width " + width, actual[i], expected[i], relative, relative * scale);
                }
            }
        }
    }

    private static Matrix[] runNorms(
            RandomMatrices make, NormKernels norms, Matrix x, Matrix gamma, Matrix beta, Matrix dy, Matrix before) {
        int rows = x.rows();
        Matrix y = make.zeros(x.dtype(), rows, x.columns());
        Matrix stats = make.zeros(DType.F32, rows, 2);
        Matrix dx = make.copy(before);
        Matrix dgamma = make.copy(before.row(0));
        Matrix dbeta = make.copy(before.row(1));
        norms.layerNorm(x, gamma, beta, EPSILON, y, stats);
        norms.layerNormBackward(dy, x, gamma, stats, dx, Accumulate.ADD, dgamma, dbeta);
        Matrix rmsY = make.zeros(x.dtype(), rows, x.columns());
        Matrix rmsStats = make.zeros(DType.F32, rows, 2);
        Matrix rmsDx = make.copy(before);
        Matrix rmsDgamma = make.copy(before.row(0));
        norms.rmsNorm(x, gamma, EPSILON, rmsY, rmsStats);
        norms.rmsNormBackward(dy, x, gamma, rmsStats, rmsDx, Accumulate.OVERWRITE, rmsDgamma);
        Matrix overX = make.copy(x);
        Matrix overDy = make.copy(dy);
        norms.rmsNorm(overX, gamma, EPSILON, overX, rmsStats);
        norms.rmsNormBackward(overDy, x, gamma, rmsStats, overDy, Accumulate.OVERWRITE, null);
        return new Matrix[] {y, stats, dx, dgamma, dbeta, rmsY, rmsStats, rmsDx, rmsDgamma, overX, overDy};
    }

    @Test
    void layerNormKeepsItsAccuracy_whenTheMeanIsLarge() {
        try (RandomMatrices make = matrices("layerNormLargeMean")) {
            Matrix x = make.normal(DType.F32, 3, 500);
            for (int c = 0; c < 500; c++) {
                Elements.set(x, 1, c, Elements.get(x, 1, c) + 1000);
            }
            Matrix gamma = make.normal(DType.F32, 1, 500);
            Matrix actual = make.zeros(DType.F32, 3, 500);
            Matrix expected = make.zeros(DType.F32, 3, 500);
            kernels.norms().layerNorm(x, gamma, null, EPSILON, actual, make.zeros(DType.F32, 3, 2));
            scalar.norms().layerNorm(x, gamma, null, EPSILON, expected, make.zeros(DType.F32, 3, 2));
            assertClose("y", actual, expected, 1e-6, 1e-3);
        }
    }
}
