package dev.gantry.app.ui.control.chart;

import dev.gantry.app.run.PixelColumns;
import dev.gantry.app.run.ValueRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a chart draws, worked out on any thread: at most one stroke a column of pixels.
///
/// @param range of the values that are shown
public record ChartPicture(List<Layer> layers, double fromStep, double toStep, ValueRange range, Scale scale) {
    /// Nothing to draw.
    public static final ChartPicture EMPTY = new ChartPicture(List.of(), 0, 1, new ValueRange(0, 1), Scale.LINEAR);

    /// How values become heights.
    public enum Scale {
        LINEAR,
        LOGARITHMIC;

        /// The height of a value before it is fitted into the chart.
        double of(double value) {
            return switch (this) {
                case LINEAR -> value;
                case LOGARITHMIC -> Math.log10(Math.max(value, Float.MIN_NORMAL));
            };
        }
    }

    /// Whether rare outliers may fall out of sight.
    public enum Outliers {
        SHOWN,
        CLIPPED
    }

    /// A line laid over the columns.
    public record Layer(ChartLine line, PixelColumns columns) {}

    public ChartPicture {
        layers = List.copyOf(layers);
    }

    public boolean isEmpty() {
        return layers.stream().allMatch(layer -> layer.columns().points() == 0);
    }

    /// @param columns pixels that the lines may take from left to right
    public static ChartPicture of(List<ChartLine> lines, int columns, Scale scale, Outliers outliers) {
        double from = Double.POSITIVE_INFINITY;
        double to = Double.NEGATIVE_INFINITY;
        ValueRange range = null;
        for (ChartLine line : lines) {
            if (!line.series().isEmpty()) {
                from = Math.min(from, (double) line.series().step(0));
                to = Math.max(to, (double) line.series().step(line.series().size() - 1));
                range = ValueRange.union(range, rangeOf(line, scale, outliers));
            }
        }
        if (range == null || from > to) {
            return EMPTY;
        }
        double begin = from;
        double end = to > from ? to : from + 1;
        List<Layer> layers = lines.stream()
                .map(line -> new Layer(line, PixelColumns.of(line.series(), begin, end, Math.max(2, columns))))
                .toList();
        return new ChartPicture(layers, begin, end, roomy(range, scale), scale);
    }

    private static @Nullable ValueRange rangeOf(ChartLine line, Scale scale, Outliers outliers) {
        ValueRange range =
                outliers == Outliers.CLIPPED ? ValueRange.withoutOutliers(line.series()) : ValueRange.of(line.series());
        boolean positive = range != null && range.low() > 0;
        return scale == Scale.LINEAR || positive || range == null
                ? range
                : new ValueRange(range.high() * 1e-6, range.high());
    }

    /// A level line needs height too.
    private static ValueRange roomy(ValueRange range, Scale scale) {
        if (range.high() > range.low()) {
            return range;
        }
        double room = range.low() == 0 ? 1 : Math.abs(range.low()) * 0.1;
        return new ValueRange(scale == Scale.LINEAR ? range.low() - room : range.low() * 0.9, range.high() + room);
    }

    /// Where a value lies: 0 at the bottom, 1 at the top.
    double height(double value) {
        double low = scale.of(range.low());
        double high = scale.of(range.high());
        return (scale.of(value) - low) / (high - low);
    }

    /// The value at a height.
    double valueAt(double height) {
        double low = scale.of(range.low());
        double at = low + height * (scale.of(range.high()) - low);
        return scale == Scale.LINEAR ? at : Math.pow(10, at);
    }
}
