package dev.gantry.app.ui.runs;

import dev.gantry.app.run.ConfigDifference;
import dev.gantry.app.ui.control.chart.ChartPicture;
import java.nio.file.Path;
import java.util.List;

/// Several runs beside each other: one metric of all over the same steps, and what they were set to differently.
record Comparison(List<Entry> runs, ChartPicture picture, ConfigDifference difference) {
    /// One of the runs.
    ///
    /// @param color number of its colour, from 1
    /// @param value the newest of the metric, in the user's language; empty without one
    record Entry(Path run, String name, int color, String value) {}

    Comparison {
        runs = List.copyOf(runs);
    }
}
