/// Colours, fonts, icons and text size.
@NullMarked
package dev.gantry.app.ui.look;

import org.jspecify.annotations.NullMarked;
