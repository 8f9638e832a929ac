/// Seeded random numbers that are the same on every machine.
@NullMarked
package dev.gantry.lora.random;

import org.jspecify.annotations.NullMarked;
