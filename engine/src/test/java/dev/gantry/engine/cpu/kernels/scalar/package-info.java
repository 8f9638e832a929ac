@NullMarked
package dev.gantry.engine.cpu.kernels.scalar;

import org.jspecify.annotations.NullMarked;
