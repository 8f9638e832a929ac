@NullMarked
package dev.gantry.engine.collective;

import org.jspecify.annotations.NullMarked;
