/// The first screen: what one can do here, what was done last, what this machine can do.
@NullMarked
package dev.gantry.app.ui.home;

import org.jspecify.annotations.NullMarked;
