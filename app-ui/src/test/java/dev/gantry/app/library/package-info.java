@NullMarked
package dev.gantry.app.library;

import org.jspecify.annotations.NullMarked;
