/// Tuned models as others load them, and the proof that they load.
@NullMarked
package dev.gantry.lora.export;

import org.jspecify.annotations.NullMarked;
