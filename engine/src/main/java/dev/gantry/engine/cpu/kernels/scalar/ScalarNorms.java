package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.Elements.add;
import static dev.gantry.engine.cpu.Elements.get;
import static dev.gantry.engine.cpu.Elements.set;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.NormKernels;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// Normalisation of rows, element by element.
public final class ScalarNorms implements NormKernels {

    @Override
    public void layerNorm(Matrix x, Matrix gamma, @Nullable Matrix beta, float epsilon, Matrix y, Matrix stats) {
        int width = x.columns();
        for (int t = 0; t < x.rows(); t++) {
            double sum = 0;
            for (int c = 0; c < width; c++) {
                sum += get(x, t, c);
            }
            double mean = sum / width;
            double squares = 0;
            for (int c = 0; c < width; c++) {
                squares += (get(x, t, c) - mean) * (get(x, t, c) - mean);
            }
            double rstd = 1 / Math.sqrt(squares / width + epsilon);
            for (int c = 0; c < width; c++) {
                double shift = beta == null ? 0 : get(beta, 0, c);
                set(y, t, c, (float) ((get(x, t, c) - mean) * rstd * get(gamma, 0, c) + shift));
            }
            set(stats, t, 0, (float) mean);
            set(stats, t, 1, (float) rstd);
        }
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
        int width = x.columns();
        addParameterGradients(dy, x, stats, dgamma, dbeta);
        for (int t = 0; t < x.rows(); t++) {
            double mean = get(stats, t, 0);
            double rstd = get(stats, t, 1);
            // with n = (x - mean)·rstd and g = dy·gamma: dx = rstd · (g - mean(g) - n · mean(g·n))
            double sumG = 0;
            double sumGn = 0;
            for (int c = 0; c < width; c++) {
                double g = (double) get(dy, t, c) * get(gamma, 0, c);
                sumG += g;
                sumGn += g * (get(x, t, c) - mean) * rstd;
            }
            for (int c = 0; c < width; c++) {
                double g = (double) get(dy, t, c) * get(gamma, 0, c);
                double n = (get(x, t, c) - mean) * rstd;
                put(dx, t, c, (float) (rstd * (g - sumG / width - n * sumGn / width)), accumulate);
            }
        }
    }

    @Override
    public void rmsNorm(Matrix x, Matrix gamma, float epsilon, Matrix y, Matrix stats) {
        int width = x.columns();
        for (int t = 0; t < x.rows(); t++) {
            double squares = 0;
            for (int c = 0; c < width; c++) {
                squares += (double) get(x, t, c) * get(x, t, c);
            }
            double rrms = 1 / Math.sqrt(squares / width + epsilon);
            for (int c = 0; c < width; c++) {
                set(y, t, c, (float) (get(x, t, c) * rrms * get(gamma, 0, c)));
            }
            set(stats, t, 0, 0f); // the mean that is not subtracted
            set(stats, t, 1, (float) rrms);
        }
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
        int width = x.columns();
        addParameterGradients(dy, x, stats, dgamma, null);
        for (int t = 0; t < x.rows(); t++) {
            double rrms = get(stats, t, 1);
            // with n = x·rrms and g = dy·gamma: dx = rrms · (g - n · mean(g·n))
            double sumGn = 0;
            for (int c = 0; c < width; c++) {
                sumGn += (double) get(dy, t, c) * get(gamma, 0, c) * get(x, t, c) * rrms;
            }
            for (int c = 0; c < width; c++) {
                double g = (double) get(dy, t, c) * get(gamma, 0, c);
                put(dx, t, c, (float) (rrms * (g - get(x, t, c) * rrms * sumGn / width)), accumulate);
            }
        }
    }

    /// `dgamma += Σ_t dy · (x - mean) · rstd`, `dbeta += Σ_t dy`. The mean of RMSNorm's stats is 0.
    private static void addParameterGradients(
            Matrix dy, Matrix x, Matrix stats, @Nullable Matrix dgamma, @Nullable Matrix dbeta) {
        for (int c = 0; c < x.columns(); c++) {
            double sumGamma = 0;
            double sumBeta = 0;
            for (int t = 0; t < x.rows(); t++) {
                sumGamma += get(dy, t, c) * ((double) get(x, t, c) - get(stats, t, 0)) * get(stats, t, 1);
                sumBeta += get(dy, t, c);
            }
            if (dgamma != null) {
                add(dgamma, 0, c, (float) sumGamma);
            }
            if (dbeta != null) {
                add(dbeta, 0, c, (float) sumBeta);
            }
        }
    }

    private static void put(Matrix m, int row, int column, float value, Accumulate accumulate) {
        switch (accumulate) {
            case OVERWRITE -> set(m, row, column, value);
            case ADD -> add(m, row, column, value);
        }
    }
}
