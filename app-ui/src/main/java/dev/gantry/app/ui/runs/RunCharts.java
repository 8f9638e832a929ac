package dev.gantry.app.ui.runs;

import dev.gantry.app.run.Metric;
import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.ui.control.chart.ChartLine;
import dev.gantry.app.ui.control.chart.ChartLine.Stroke;
import dev.gantry.app.ui.control.chart.ChartPicture;
import dev.gantry.app.ui.control.chart.ChartPicture.Outliers;
import dev.gantry.app.ui.control.chart.ChartPicture.Scale;
import dev.gantry.app.ui.text.Texts;
import java.util.List;

/// The pictures of a run's charts, worked out beside the JavaFX thread.
///
/// @param loss the values themselves, smoothed, and on the rows held back
record RunCharts(ChartPicture loss, ChartPicture rate, ChartPicture norm, ChartPicture speed) {
    /// Of a run without a step.
    static final RunCharts EMPTY =
            new RunCharts(ChartPicture.EMPTY, ChartPicture.EMPTY, ChartPicture.EMPTY, ChartPicture.EMPTY);

    /// How the user wants to see them.
    ///
    /// @param smoothing weight of what was before, 0 to 1
    /// @param columns width of the large chart in pixels
    /// @param smallColumns width of the small charts
    record Wish(double smoothing, Scale scale, Outliers outliers, int columns, int smallColumns) {}

    static RunCharts of(RunSnapshot run, Wish wish, Texts texts) {
        ChartLine raw = new ChartLine("", run.series(Metric.LOSS), "-g-series-1", Stroke.GHOST);
        ChartLine smooth = new ChartLine(
                texts.get("runs.loss"),
                run.series(Metric.LOSS).smoothedForItsLength(wish.smoothing()),
                "-g-series-1",
                Stroke.LINE);
        ChartLine held =
                new ChartLine(texts.get("runs.eval"), run.series(Metric.EVAL_LOSS), "-g-series-2", Stroke.DOTS);
        return new RunCharts(
                ChartPicture.of(List.of(raw, smooth, held), wish.columns(), wish.scale(), wish.outliers()),
                small(run, Metric.LEARNING_RATE, texts.get("runs.rate"), wish),
                small(run, Metric.GRADIENT_NORM, texts.get("runs.norm"), wish),
                small(run, Metric.TOKENS_PER_SECOND, texts.get("runs.speed"), wish));
    }

    private static ChartPicture small(RunSnapshot run, Metric metric, String name, Wish wish) {
        ChartLine line = new ChartLine(name, run.series(metric), "-g-series-3", Stroke.LINE);
        return ChartPicture.of(List.of(line), wish.smallColumns(), Scale.LINEAR, Outliers.CLIPPED);
    }
}
