package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.RotaryKernels;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.Matrix;

/// Rotary position embedding.
final class CudaRotary implements RotaryKernels {
    private final Launcher launcher;

    CudaRotary(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public void rotate(Heads x, Matrix positions, Matrix cosines, Matrix sines, Direction direction) {
        Shapes.requireSame(cosines, sines);
        launcher.kernel(Family.ROTARY, "Rotate")
                .heads(x)
                .integers(positions)
                .matrix(cosines)
                .matrix(sines)
                .number(direction == Direction.FORWARD ? 1f : -1f)
                .run(Grid.over(x.matrix().rows(), x.heads() * cosines.columns()));
    }
}
