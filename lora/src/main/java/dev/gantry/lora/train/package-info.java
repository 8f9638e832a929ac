/// Training: what is trained, one optimizer step, the loop, and the settings of a run.
@NullMarked
package dev.gantry.lora.train;

import org.jspecify.annotations.NullMarked;
