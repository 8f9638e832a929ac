/// What a screen sees of the window around it; a screen depends on this package and never on another screen.
@NullMarked
package dev.gantry.app.ui.shell;

import org.jspecify.annotations.NullMarked;
