package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.backend.OptimizerKernels;
import dev.gantry.engine.cpu.kernels.TrustRatio;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.Matrix;

/// Optimizer steps. Factors of a step are worked out in f64 here and rounded once.
final class CudaOptimizers implements OptimizerKernels {
    private final Launcher launcher;
    private final ElementKernels elements;
    private final DeviceDoubles scratch;

    CudaOptimizers(Launcher launcher, ElementKernels elements, DeviceDoubles scratch) {
        this.launcher = launcher;
        this.elements = elements;
        this.scratch = scratch;
    }

    @Override
    public void adamW(Matrix parameter, Matrix gradient, Matrix m, Matrix v, AdamStep step, float gradientScale) {
        requireSame(parameter, gradient, m, v);
        kernel("AdamW")
                .matrix(parameter)
                .matrix(gradient)
                .matrix(m)
                .matrix(v)
                .floats(factors(step, gradientScale))
                .number((float) (1 - step.learningRate() * step.weightDecay()))
                .number((float) step.learningRate())
                .run(Grid.overElements(parameter));
    }

    /// The norms of weights and updates come to the host in between.
    @Override
    public void lamb(Matrix parameter, Matrix gradient, Matrix m, Matrix v, AdamStep step, float gradientScale) {
        requireSame(parameter, gradient, m, v);
        int runs = CudaElements.runs(parameter);
        long address = scratch.atLeast(2 * runs);
        kernel("LambDirection")
                .matrix(parameter)
                .matrix(gradient)
                .matrix(m)
                .matrix(v)
                .floats(factors(step, gradientScale))
                .number((float) step.weightDecay())
                .number(ElementKernels.SQUARES_RUN)
                .address(address)
                .run(Grid.overRows(runs));
        double[] sums = new double[2 * runs];
        scratch.read(launcher.stream(), sums, sums.length);
        double rate = step.learningRate() * TrustRatio.lamb(sum(sums, 0, runs), sum(sums, runs, runs));
        kernel("LambApply")
                .matrix(parameter)
                .matrix(m)
                .matrix(v)
                .floats(factors(step, gradientScale))
                .number((float) step.weightDecay())
                .number((float) rate)
                .run(Grid.overElements(parameter));
    }

    @Override
    public void lars(Matrix parameter, Matrix gradient, Matrix momentum, LarsStep step, float gradientScale) {
        requireSame(parameter, gradient, momentum, momentum);
        double squaredGradients = elements.sumOfSquares(gradient) * gradientScale * gradientScale;
        double ratio = TrustRatio.lars(elements.sumOfSquares(parameter), squaredGradients, step);
        kernel("Lars")
                .matrix(parameter)
                .matrix(gradient)
                .matrix(momentum)
                .number((float) step.momentum())
                .number((float) step.weightDecay())
                .number((float) (step.learningRate() * ratio))
                .number(gradientScale)
                .run(Grid.overElements(parameter));
    }

    private static void requireSame(Matrix parameter, Matrix gradient, Matrix m, Matrix v) {
        Shapes.requireSame(parameter, gradient);
        Shapes.requireSame(parameter, m);
        Shapes.requireSame(parameter, v);
    }

    /// As `AdamFactors` in optimizers.cu.
    private static float[] factors(AdamStep step, float gradientScale) {
        return new float[] {
            (float) step.beta1(),
            (float) (1 - step.beta1()),
            (float) step.beta2(),
            (float) (1 - step.beta2()),
            (float) (1 / step.biasCorrection1()),
            (float) (1 / Math.sqrt(step.biasCorrection2())),
            (float) step.epsilon(),
            gradientScale
        };
    }

    private static double sum(double[] parts, int from, int count) {
        double total = 0;
        for (int i = from; i < from + count; i++) {
            total += parts[i];
        }
        return total;
    }

    private Launcher kernel(String name) {
        return launcher.kernel(Family.OPTIMIZERS, name);
    }
}
