@NullMarked
package dev.gantry.app.ui.export;

import org.jspecify.annotations.NullMarked;
