package dev.gantry.app.run;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Lowest and highest value to show.
public record ValueRange(double low, double high) {
    /// Values looked at to find outliers; more would not move the bounds by a pixel.
    private static final int LOOKED_AT = 4096;

    /// Share of the values left out at each end.
    private static final double OUTLIERS = 0.01;

    /// Room between the bounds without outliers and what is shown, as a share of their distance.
    private static final double MARGIN = 0.2;

    /// The range of all values of a series; null when none is a number.
    public static @Nullable ValueRange of(Series series) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < series.size(); i++) {
            float value = series.value(i);
            if (Float.isFinite(value)) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }
        return low <= high ? new ValueRange(low, high) : null;
    }

    /// The range that hides rare outliers, such as the first steps of a run or a spike; null when no value is a number.
    public static @Nullable ValueRange withoutOutliers(Series series) {
        ValueRange all = of(series);
        int stride = Math.max(1, series.size() / LOOKED_AT);
        float[] some = new float[series.size() / stride + 1];
        int count = 0;
        for (int i = 0; i < series.size(); i += stride) {
            if (Float.isFinite(series.value(i))) {
                some[count++] = series.value(i);
            }
        }
        if (all == null || count == 0) {
            return all;
        }
        Arrays.sort(some, 0, count);
        double low = some[(int) (OUTLIERS * (count - 1))];
        double high = some[(int) Math.ceil((1 - OUTLIERS) * (count - 1))];
        double margin = MARGIN * (high - low);
        return new ValueRange(Math.max(all.low, low - margin), Math.min(all.high, high + margin));
    }

    /// The smallest range that holds both.
    public static @Nullable ValueRange union(@Nullable ValueRange a, @Nullable ValueRange b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return new ValueRange(Math.min(a.low, b.low), Math.max(a.high, b.high));
    }
}
