/// The program of the bundle for a machine with a card: tests, cases and benches in steps, and one JSON.
@NullMarked
package dev.gantry.lora.oncard;

import org.jspecify.annotations.NullMarked;
