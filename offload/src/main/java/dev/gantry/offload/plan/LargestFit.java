package dev.gantry.offload.plan;

import java.util.function.IntPredicate;

/// Looks for how much fits where more never fits once less did not.
final class LargestFit {
    private LargestFit() {}

    /// The largest number that fits, tried with all first, even where that is none: what is wholly in one place needs
    /// no room to pass. 0 when none does.
    static int of(int all, IntPredicate fits) {
        if (fits.test(all)) {
            return all;
        }
        int most = 0;
        int fails = all;
        while (fails - most > 1) {
            int middle = (most + fails) / 2;
            if (fits.test(middle)) {
                most = middle;
            } else {
                fails = middle;
            }
        }
        return most;
    }
}
