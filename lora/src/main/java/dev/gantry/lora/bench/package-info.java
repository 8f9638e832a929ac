/// Whole-application measurements: training steps, prefill and decoding, beside what the machine could do at best.
@NullMarked
package dev.gantry.lora.bench;

import org.jspecify.annotations.NullMarked;
