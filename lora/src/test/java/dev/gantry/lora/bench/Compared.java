package dev.gantry.lora.bench;

/// What was planned beside what came of it.
///
/// @param ratio planned over measured
/// @param tolerance of the ratio, to either side of 1
public record Compared(double planned, double measured, double ratio, double tolerance, boolean isWithin) {
    private static final double OF_BYTES = 0.05;
    private static final double OF_SECONDS = 0.25;

    public static Compared bytes(long planned, long measured) {
        return of((double) planned, (double) measured, OF_BYTES);
    }

    public static Compared seconds(double planned, double measured) {
        return of(planned, measured, OF_SECONDS);
    }

    private static Compared of(double planned, double measured, double tolerance) {
        double ratio = planned == measured ? 1 : planned / measured;
        return new Compared(planned, measured, ratio, tolerance, Math.abs(ratio - 1) <= tolerance);
    }
}
