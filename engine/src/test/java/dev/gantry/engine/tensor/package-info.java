@NullMarked
package dev.gantry.engine.tensor;

import org.jspecify.annotations.NullMarked;
