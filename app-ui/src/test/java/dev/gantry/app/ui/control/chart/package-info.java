@NullMarked
package dev.gantry.app.ui.control.chart;

import org.jspecify.annotations.NullMarked;
