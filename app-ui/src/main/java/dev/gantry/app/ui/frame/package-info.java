/// The window around the screens: rail, bars, command palette, messages.
@NullMarked
package dev.gantry.app.ui.frame;

import org.jspecify.annotations.NullMarked;
