/// Kernels as the formulas read: one element after the other, sums in f64. What every other implementation must equal.
@NullMarked
package dev.gantry.engine.cpu.kernels.scalar;

import org.jspecify.annotations.NullMarked;
