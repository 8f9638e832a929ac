@NullMarked
package dev.gantry.engine.cpu.kernels.vector;

import org.jspecify.annotations.NullMarked;
