package dev.gantry.engine.cpu.kernels.scalar;

/// The error function in f64, which the JDK lacks.
final class ErrorFunction {
    private static final double SMALL = 3;

    private ErrorFunction() {}

    /// `(1 + erf(x / sqrt 2)) / 2`, relative error below 1e-13 in the lower tail as well.
    static double normalCdf(double x) {
        double z = x / Math.sqrt(2);
        return z < 0 ? erfc(-z) / 2 : 1 - erfc(z) / 2;
    }

    /// For z >= 0.
    private static double erfc(double z) {
        return z < SMALL ? 1 - erfSeries(z) : erfcFraction(z);
    }

    /// `erf z = 2/sqrt(pi) · exp(-z²) · Σ 2^n z^(2n+1) / (1·3·…·(2n+1))` (Abramowitz, Stegun 7.1.6): all terms
    /// positive.
    private static double erfSeries(double z) {
        double term = z;
        double sum = z;
        for (int n = 1; Math.abs(term) > 1e-18 * sum; n++) {
            term *= 2 * z * z / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
    }

    /// Continued fraction 7.1.14, from its 60th term backwards.
    private static double erfcFraction(double z) {
        double tail = z;
        for (int n = 60; n > 0; n--) {
            tail = z + n / 2.0 / tail;
        }
        return Math.exp(-z * z) / (Math.sqrt(Math.PI) * tail);
    }
}
