package dev.gantry.app.ui.control.chart;

import dev.gantry.app.run.Series;

/// One line of a chart.
///
/// @param name in the user's language; empty for a ghost, which is not named beside the cursor
/// @param color the name of a colour of the theme, such as `-g-series-1`
public record ChartLine(String name, Series series, String color, Stroke stroke) {
    /// How it is drawn.
    public enum Stroke {
        /// Faint, behind the others.
        GHOST,
        LINE,
        /// A line with a dot at each point, for few points.
        DOTS
    }
}
