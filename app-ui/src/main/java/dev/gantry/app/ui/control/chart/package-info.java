/// A chart of series by step that stays fluid with a million points.
@NullMarked
package dev.gantry.app.ui.control.chart;

import org.jspecify.annotations.NullMarked;
