/// Controls that several screens use.
@NullMarked
package dev.gantry.app.ui.control;

import org.jspecify.annotations.NullMarked;
