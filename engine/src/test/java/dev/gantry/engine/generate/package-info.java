@NullMarked
package dev.gantry.engine.generate;

import org.jspecify.annotations.NullMarked;
