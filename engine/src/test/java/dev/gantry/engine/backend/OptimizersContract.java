package dev.gantry.engine.backend;

import static dev.gantry.engine.cpu.kernels.Close.assertClose;

import dev.gantry.engine.backend.OptimizerKernels.AdamStep;
import dev.gantry.engine.backend.OptimizerKernels.LarsStep;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Three steps of each optimizer.
public abstract class OptimizersContract extends KernelContract {
    private static final int ROWS = 37;

    private final int[] widths;

    protected OptimizersContract(Subject subject, int... widths) {
        super(subject);
        this.widths = widths;
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16"})
    void optimizersEqualScalar(DType dtype) {
        try (RandomMatrices make = matrices("optimizersEqualScalar " + dtype)) {
            for (int width : widths) {
                Matrix w = make.normal(dtype, ROWS, width);
                Matrix g = make.normal(DType.F32, ROWS, width);
                Matrix[] actual = run(make, kernels.optimizers(), w, g);
                Matrix[] expected = run(make, scalar.optimizers(), w, g);
                for (int i = 0; i < actual.length; i++) {
                    assertClose("tensor " + i + " width " + width, actual[i], expected[i], 2e-6, 1e-7);
                }
            }
        }
    }

    /// The weights of AdamW, LAMB and LARS, then their states.
    private static Matrix[] run(RandomMatrices make, OptimizerKernels optimizers, Matrix w, Matrix g) {
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
