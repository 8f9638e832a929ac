@NullMarked
package dev.gantry.engine.cpu.kernels;

import org.jspecify.annotations.NullMarked;
