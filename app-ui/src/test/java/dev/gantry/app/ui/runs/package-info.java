@NullMarked
package dev.gantry.app.ui.runs;

import org.jspecify.annotations.NullMarked;
