/// Tests of the train screen.
@NullMarked
package dev.gantry.app.ui.train;

import org.jspecify.annotations.NullMarked;
