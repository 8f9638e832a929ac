@NullMarked
package dev.gantry.engine.decoder;

import org.jspecify.annotations.NullMarked;
