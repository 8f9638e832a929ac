/// Calls into C.
@NullMarked
package dev.gantry.engine.foreign;

import org.jspecify.annotations.NullMarked;
