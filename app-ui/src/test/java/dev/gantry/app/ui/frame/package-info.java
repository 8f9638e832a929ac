@NullMarked
package dev.gantry.app.ui.frame;

import org.jspecify.annotations.NullMarked;
