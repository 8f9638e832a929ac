package dev.gantry.app.run;

import java.util.Arrays;

/// A series that a run adds to. One thread writes; the views it gives may be read by any.
final class GrowingSeries {
    private static final int FIRST_CAPACITY = 1024;

    private long[] steps = new long[FIRST_CAPACITY];
    private float[] values = new float[FIRST_CAPACITY];
    private int size;

    /// Adds a point; one at a step that is there already takes its place together with all after it.
    void add(long step, double value) {
        if (size > 0 && steps[size - 1] >= step) {
            cutAfter(step - 1);
        }
        if (size == steps.length) {
            steps = Arrays.copyOf(steps, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        steps[size] = step;
        values[size] = (float) value;
        size++;
    }

    /// Takes back what was added for steps after `step`. Views given before keep it.
    void cutAfter(long step) {
        int kept = view().firstAtOrAfter(step + 1.0);
        if (kept < size) {
            steps = Arrays.copyOf(steps, steps.length);
            values = Arrays.copyOf(values, values.length);
            size = kept;
        }
    }

    Series view() {
        return new Series(steps, values, size);
    }
}
