package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.NormKernels;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// Normalisation of rows.
final class CudaNorms implements NormKernels {
    private final Launcher launcher;

    CudaNorms(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public void layerNorm(Matrix x, Matrix gamma, @Nullable Matrix beta, float epsilon, Matrix y, Matrix stats) {
        require(x, gamma, y, stats);
        kernel("Layer")
                .matrix(x)
                .matrix(gamma)
                .matrix(beta)
                .number(epsilon)
                .matrix(y)
                .matrix(stats)
                .run(Grid.overRows(x.rows()));
    }

    @Override
    public void layerNormBackward(
            Matrix dy,
            Matrix x,
            Matrix gamma,
            Matrix stats,
            Matrix dx,
            Accumulate accumulate,
            @Nullable Matrix dgamma,
            @Nullable Matrix dbeta) {
        backward("LayerBackward", dy, x, gamma, stats, dx, accumulate, dgamma, dbeta);
    }

    @Override
    public void rmsNorm(Matrix x, Matrix gamma, float epsilon, Matrix y, Matrix stats) {
        require(x, gamma, y, stats);
        kernel("Rms")
                .matrix(x)
                .matrix(gamma)
                .number(epsilon)
                .matrix(y)
                .matrix(stats)
                .run(Grid.overRows(x.rows()));
    }

    @Override
    public void rmsNormBackward(
            Matrix dy,
            Matrix x,
            Matrix gamma,
            Matrix stats,
            Matrix dx,
            Accumulate accumulate,
            @Nullable Matrix dgamma) {
        backward("RmsBackward", dy, x, gamma, stats, dx, accumulate, dgamma, null);
    }

    /// Parameters first: dx may be dy.
    private void backward(
            String name,
            Matrix dy,
            Matrix x,
            Matrix gamma,
            Matrix stats,
            Matrix dx,
            Accumulate accumulate,
            @Nullable Matrix dgamma,
            @Nullable Matrix dbeta) {
        require(x, gamma, dx, stats);
        Shapes.requireSame(x, dy);
        if (dgamma != null || dbeta != null) {
            kernel("ParameterGradients")
                    .matrix(dy)
                    .matrix(x)
                    .matrix(stats)
                    .matrix(dgamma)
                    .matrix(dbeta)
                    .run(Grid.overColumns(x.columns()));
        }
        kernel(name)
                .matrix(dy)
                .matrix(x)
                .matrix(gamma)
                .matrix(stats)
                .matrix(dx)
                .flag(accumulate == Accumulate.ADD)
                .run(Grid.overRows(x.rows()));
    }

    private static void require(Matrix x, Matrix gamma, Matrix y, Matrix stats) {
        Shapes.requireSame(x, y);
        Shapes.requireRow(gamma, x.columns());
        Shapes.requireAtLeast(stats, x.rows(), 2);
    }

    private Launcher kernel(String name) {
        return launcher.kernel(Family.NORMS, name);
    }
}
