package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.backend.ActivationKernels;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.Matrix;

/// Non-linearities.
final class CudaActivations implements ActivationKernels {
    private final Launcher launcher;

    CudaActivations(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public void forward(Activation f, Matrix x, Matrix y) {
        Shapes.requireSame(x, y);
        kernel("Forward", f).matrix(x).matrix(y).run(Grid.overElements(y));
    }

    @Override
    public void backward(Activation f, Matrix x, Matrix dy, Matrix dx) {
        Shapes.requireSame(x, dy);
        Shapes.requireSame(x, dx);
        kernel("Backward", f).matrix(x).matrix(dy).matrix(dx).run(Grid.overElements(dx));
    }

    @Override
    public void gatedForward(Activation f, Matrix gate, Matrix up, Matrix y) {
        Shapes.requireSame(gate, up);
        Shapes.requireSame(gate, y);
        kernel("GatedForward", f).matrix(gate).matrix(up).matrix(y).run(Grid.overElements(y));
    }

    @Override
    public void gatedBackward(Activation f, Matrix gate, Matrix up, Matrix dy, Matrix dGate, Matrix dUp) {
        Shapes.requireSame(gate, up);
        Shapes.requireSame(gate, dy);
        Shapes.requireSame(gate, dGate);
        Shapes.requireSame(gate, dUp);
        kernel("GatedBackward", f)
                .matrix(gate)
                .matrix(up)
                .matrix(dy)
                .matrix(dGate)
                .matrix(dUp)
                .run(Grid.overElements(dy));
    }

    /// Every kernel's first parameter is the function.
    private Launcher kernel(String name, Activation f) {
        int number = switch (f) {
            case RELU -> 0;
            case SILU -> 1;
            case GELU_EXACT -> 2;
            case GELU_TANH -> 3;
        };
        return launcher.kernel(Family.ACTIVATIONS, name).number(number);
    }
}
