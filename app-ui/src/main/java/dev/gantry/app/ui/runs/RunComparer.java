package dev.gantry.app.ui.runs;

import dev.gantry.app.run.ConfigDifference;
import dev.gantry.app.run.Metric;
import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.run.Series;
import dev.gantry.app.ui.control.chart.ChartLine;
import dev.gantry.app.ui.control.chart.ChartLine.Stroke;
import dev.gantry.app.ui.control.chart.ChartPicture;
import dev.gantry.app.ui.text.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Works out a comparison, and works it out again only when something changed. One thread uses it.
final class RunComparer {
    /// As many as there are colours that can be told apart.
    static final int MOST = 6;

    private static final int DIGITS = 4;

    private final Texts texts;
    private @Nullable Of last;
    private @Nullable Comparison made;

    /// How the chart shall look.
    ///
    /// @param look of it the columns of the large chart count
    record Wish(Metric metric, RunCharts.Wish look) {}

    /// What a comparison was made of.
    private record Of(List<RunSnapshot> runs, Wish wish) {
        Of {
            runs = List.copyOf(runs);
        }
    }

    RunComparer(Texts texts) {
        this.texts = texts;
    }

    /// Null for less than two runs.
    @Nullable
    Comparison compare(List<RunSnapshot> runs, Wish wish) throws IOException {
        if (runs.size() < 2) {
            last = null;
            made = null;
            return null;
        }
        Of wanted = new Of(runs, wish);
        if (made == null || !wanted.equals(last)) {
            made = make(runs, wish, made);
            last = wanted;
        }
        return made;
    }

    private Comparison make(List<RunSnapshot> runs, Wish wish, @Nullable Comparison before) throws IOException {
        List<Comparison.Entry> entries = new ArrayList<>();
        List<ChartLine> lines = new ArrayList<>();
        for (RunSnapshot run : runs) {
            int color = entries.size() + 1;
            Series series = run.series(wish.metric());
            Series shown = wish.metric() == Metric.EVAL_LOSS
                    ? series
                    : series.smoothedForItsLength(wish.look().smoothing());
            Stroke stroke = wish.metric() == Metric.EVAL_LOSS ? Stroke.DOTS : Stroke.LINE;
            lines.add(new ChartLine(run.name(), shown, "-g-series-" + color, stroke));
            entries.add(new Comparison.Entry(run.run(), run.name(), color, value(shown)));
        }
        RunCharts.Wish look = wish.look();
        return new Comparison(
                entries,
                ChartPicture.of(lines, look.columns(), look.scale(), look.outliers()),
                difference(entries, before));
    }

    /// Settings do not change while a run trains, so they are read once.
    private static ConfigDifference difference(List<Comparison.Entry> entries, @Nullable Comparison before)
            throws IOException {
        List<Path> runs = entries.stream().map(Comparison.Entry::run).toList();
        if (before != null
                && runs.equals(before.runs().stream().map(Comparison.Entry::run).toList())) {
            return before.difference();
        }
        return ConfigDifference.of(runs);
    }

    private String value(Series series) {
        float last = series.last();
        if (Float.isNaN(last)) {
            return "";
        }
        return Math.abs(last) >= 0.001 || last == 0
                ? texts.numbers().decimal(last, DIGITS)
                : String.format(texts.locale(), "%.2e", last);
    }
}
