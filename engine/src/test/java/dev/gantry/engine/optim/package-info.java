@NullMarked
package dev.gantry.engine.optim;

import org.jspecify.annotations.NullMarked;
