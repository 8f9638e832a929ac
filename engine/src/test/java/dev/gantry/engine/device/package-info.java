@NullMarked
package dev.gantry.engine.device;

import org.jspecify.annotations.NullMarked;
