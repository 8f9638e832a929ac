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
        int run = WideRows.run(x, y);
        kernel("Forward", f, run).matrix(x).matrix(y).run(Grid.overRuns(y, run));
    }

    @Override
    public void backward(Activation f, Matrix x, Matrix dy, Matrix dx) {
        Shapes.requireSame(x, dy);
        Shapes.requireSame(x, dx);
        int run = WideRows.run(x, dy, dx);
        kernel("Backward", f, run).matrix(x).matrix(dy).matrix(dx).run(Grid.overRuns(dx, run));
    }

    @Override
    public void gatedForward(Activation f, Matrix gate, Matrix up, Matrix y) {
        Shapes.requireSame(gate, up);
        Shapes.requireSame(gate, y);
        int run = WideRows.run(gate, up, y);
        kernel("GatedForward", f, run).matrix(gate).matrix(up).matrix(y).run(Grid.overRuns(y, run));
    }

    @Override
    public void gatedBackward(Activation f, Matrix gate, Matrix up, Matrix dy, Matrix dGate, Matrix dUp) {
        Shapes.requireSame(gate, up);
        Shapes.requireSame(gate, dy);
        Shapes.requireSame(gate, dGate);
        Shapes.requireSame(gate, dUp);
        int run = WideRows.run(gate, up, dy, dGate, dUp);
        kernel("GatedBackward", f, run)
                .matrix(gate)
                .matrix(up)
                .matrix(dy)
                .matrix(dGate)
                .matrix(dUp)
                .run(Grid.overRuns(dy, run));
    }

    /// Every kernel's first parameters are the function and how many elements a thread takes.
    private Launcher kernel(String name, Activation f, int run) {
        int number = switch (f) {
            case RELU -> 0;
            case SILU -> 1;
            case GELU_EXACT -> 2;
            case GELU_TANH -> 3;
        };
        return launcher.kernel(Family.ACTIVATIONS, name).number(number).number(run);
    }
}
