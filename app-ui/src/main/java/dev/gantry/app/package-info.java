@NullMarked
package dev.gantry.app;

import org.jspecify.annotations.NullMarked;
