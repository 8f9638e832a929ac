@NullMarked
package dev.gantry.app.launcher;

import org.jspecify.annotations.NullMarked;
