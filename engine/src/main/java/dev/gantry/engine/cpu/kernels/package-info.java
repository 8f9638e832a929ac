/// Kernels of the host processor: plain scalar truth, and vector code that is held against it.
@NullMarked
package dev.gantry.engine.cpu.kernels;

import org.jspecify.annotations.NullMarked;
