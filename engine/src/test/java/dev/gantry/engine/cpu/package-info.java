@NullMarked
package dev.gantry.engine.cpu;

import org.jspecify.annotations.NullMarked;
