package dev.gantry.app.run;

import java.util.Arrays;

/// A series laid over the columns of pixels of a chart: what a line through all points would touch in each.
///
/// However many points there are, a column draws as the line from its lowest to its highest value, joined to the first
/// and the last of its neighbours; so a picture of a million points costs as much as its width.
public final class PixelColumns {
    private final float[] low;
    private final float[] high;
    private final float[] first;
    private final float[] last;
    private final int points;

    private PixelColumns(int columns) {
        this(new float[columns], new float[columns], new float[columns], new float[columns], 0);
        Arrays.fill(low, Float.NaN);
    }

    private PixelColumns(float[] low, float[] high, float[] first, float[] last, int points) {
        this.low = low;
        this.high = high;
        this.first = first;
        this.last = last;
        this.points = points;
    }

    /// Lays the points from step `from` to step `to`, both inclusive, over `columns` columns.
    public static PixelColumns of(Series series, double from, double to, int columns) {
        PixelColumns cells = new PixelColumns(columns);
        double scale = to > from ? (columns - 1) / (to - from) : 0;
        int start = series.firstAtOrAfter(from);
        int count = 0;
        for (int i = start; i < series.size() && series.step(i) <= to; i++) {
            float value = series.value(i);
            if (Float.isFinite(value)) {
                cells.take((int) Math.round((series.step(i) - from) * scale), value);
                count++;
            }
        }
        return new PixelColumns(cells.low, cells.high, cells.first, cells.last, count);
    }

    private void take(int column, float value) {
        if (Float.isNaN(low[column])) {
            low[column] = value;
            high[column] = value;
            first[column] = value;
        } else {
            low[column] = Math.min(low[column], value);
            high[column] = Math.max(high[column], value);
        }
        last[column] = value;
    }

    public int columns() {
        return low.length;
    }

    /// Points that lie in the range.
    public int points() {
        return points;
    }

    /// Whether a point lies in the column.
    public boolean isTaken(int column) {
        return !Float.isNaN(low[column]);
    }

    public float low(int column) {
        return low[column];
    }

    public float high(int column) {
        return high[column];
    }

    /// The value of the column's first point.
    public float first(int column) {
        return first[column];
    }

    /// The value of the column's last point.
    public float last(int column) {
        return last[column];
    }
}
