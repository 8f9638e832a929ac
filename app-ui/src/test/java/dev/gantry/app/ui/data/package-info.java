/// Tests of the data screen.
@NullMarked
package dev.gantry.app.ui.data;

import org.jspecify.annotations.NullMarked;
