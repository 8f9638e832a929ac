package dev.gantry.app.run;

/// Values of one metric by optimizer step, as they are at one moment; steps rise. Many views share their arrays with
/// the series that grows behind them: what a view has seen never changes.
public final class Series {
    /// Without a point.
    public static final Series EMPTY = new Series(new long[0], new float[0], 0);

    /// Values from which on a picture is smoothed as much as was asked for.
    private static final double LONG = 100;

    private final long[] steps;
    private final float[] values;
    private final int size;

    Series(long[] steps, float[] values, int size) {
        this.steps = steps;
        this.values = values;
        this.size = size;
    }

    /// A series of these points.
    ///
    /// @param steps rising; as many as values
    public static Series of(long[] steps, double[] values) {
        float[] copy = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            copy[i] = (float) values[i];
        }
        return new Series(steps.clone(), copy, copy.length);
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public long step(int index) {
        return steps[index];
    }

    public float value(int index) {
        return values[index];
    }

    /// The index of the first point at `step` or after it; the size when there is none.
    public int firstAtOrAfter(double step) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (steps[middle] < step) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The index of the point nearest to `step`; -1 without points.
    public int nearest(double step) {
        int after = firstAtOrAfter(step);
        if (after == 0 || (after < size && steps[after] - step < step - steps[after - 1])) {
            return isEmpty() ? -1 : after;
        }
        return after - 1;
    }

    /// The newest value, or NaN.
    public float last() {
        return size == 0 ? Float.NaN : values[size - 1];
    }

    /// The exponential moving average, as other run monitors draw it: started without a bias towards zero.
    ///
    /// @param weight of what was before, from 0 (the values themselves) up to but not 1
    public Series smoothed(double weight) {
        if (weight <= 0) {
            return this;
        }
        float[] smooth = new float[size];
        double average = 0;
        double missing = 1; // share of the average that still is its start at zero
        for (int i = 0; i < size; i++) {
            if (Float.isFinite(values[i])) {
                average = weight * average + (1 - weight) * values[i];
                missing *= weight;
            }
            smooth[i] = (float) (average / (1 - missing));
        }
        return new Series(steps, smooth, size);
    }

    /// The same for a picture of the whole series: one with fewer than a hundred values is smoothed over as many fewer
    /// of them, because the average would lag behind all there is to see.
    ///
    /// @param weight as in [#smoothed], meant for a hundred values or more
    public Series smoothedForItsLength(double weight) {
        double memory = 1 / (1 - weight); // values that count
        return smoothed(1 - 1 / Math.max(1, memory * Math.min(1, size / LONG)));
    }
}
