package dev.gantry.lora.bench;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// What share of the machine's own best some work reaches. The best is probed before and after each piece of work, as
/// a machine that others use, too, changes from one moment to the next.
///
/// @param median over the pairs, of the work's rate over the mean of the two probes around it
/// @param limit the fastest probe, in the same unit
record PairedShare(double median, double limit) {

    /// @param warmUps probes that do not count
    /// @param workOfPiece operations or bytes of a piece
    /// @param piece does a piece and returns its nanoseconds
    static PairedShare measure(int warmUps, int pairs, DoubleSupplier probe, double workOfPiece, LongSupplier piece) {
        double before = 0;
        for (int i = 0; i <= warmUps; i++) {
            before = probe.getAsDouble();
        }
        double limit = before;
        double[] shares = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            double rate = workOfPiece * 1e9 / Math.max(1, piece.getAsLong());
            double after = probe.getAsDouble();
            shares[i] = 2 * rate / (before + after);
            limit = Math.max(limit, after);
            before = after;
        }
        Arrays.sort(shares);
        return new PairedShare(shares[pairs / 2], limit);
    }
}
