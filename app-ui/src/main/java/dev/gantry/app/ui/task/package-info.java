/// Work beside the JavaFX thread, with progress, time left and cancelling.
@NullMarked
package dev.gantry.app.ui.task;

import org.jspecify.annotations.NullMarked;
