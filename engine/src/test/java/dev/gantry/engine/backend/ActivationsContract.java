package dev.gantry.engine.backend;

import static dev.gantry.engine.cpu.kernels.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Non-linearities and their gradients: odd sizes, extremes, every storage type.
public abstract class ActivationsContract extends KernelContract {
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

    private final int[] widths;

    protected ActivationsContract(Subject subject, int... widths) {
        super(subject);
        this.widths = widths;
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void activationsEqualScalar(Activation f) {
        try (RandomMatrices make = matrices("activationsEqualScalar " + f)) {
            for (int width : widths) {
                for (DType dtype : new DType[] {DType.F32, DType.BF16, DType.F16}) {
                    compare(make, f, make.copy(make.normal(DType.F32, 2, width, 3), dtype));
                }
            }
            compare(make, f, make.row(EXTREMES));
        }
    }

    private void compare(RandomMatrices make, Activation f, Matrix x) {
        Matrix dy = make.normal(x.dtype(), x.rows(), x.columns());
        Matrix up = make.normal(x.dtype(), x.rows(), x.columns());
        Matrix[] actual = run(make, kernels.activations(), f, x, up, dy);
        Matrix[] expected = run(make, scalar.activations(), f, x, up, dy);
        String[] names = {"y", "dx", "gated y", "dGate", "dUp"};
        for (int i = 0; i < names.length; i++) {
            assertClose(f + " " + names[i], actual[i], expected[i], 1e-6, 2e-6);
        }
    }

    private static Matrix[] run(
            RandomMatrices make, ActivationKernels activations, Activation f, Matrix x, Matrix up, Matrix dy) {
        Matrix[] out = new Matrix[5];
        for (int i = 0; i < out.length; i++) {
            out[i] = make.zeros(x.dtype(), x.rows(), x.columns());
        }
        activations.forward(f, x, out[0]);
        activations.backward(f, x, dy, out[1]);
        activations.gatedForward(f, x, up, out[2]);
        activations.gatedBackward(f, x, up, dy, out[3], out[4]);
        return out;
    }

    @Test
    void outputsMayBeInputs() {
        try (RandomMatrices make = matrices("outputsMayBeInputs")) {
            Matrix gate = make.normal(DType.F32, 3, 1500);
            Matrix up = make.normal(DType.F32, 3, 1500);
            Matrix dy = make.normal(DType.F32, 3, 1500);
            Matrix dGate = make.zeros(DType.F32, 3, 1500);
            Matrix dUp = make.zeros(DType.F32, 3, 1500);
            kernels.activations().gatedBackward(Activation.SILU, gate, up, dy, dGate, dUp);
            kernels.activations().gatedBackward(Activation.SILU, gate, up, dy, gate, up);
            assertThat(gate.data().mismatch(dGate.data())).isEqualTo(-1);
            assertThat(up.data().mismatch(dUp.data())).isEqualTo(-1);
        }
    }
}
