/// The run folder: settings, events, checkpoints. What a killed run leaves behind is whole and can be continued.
@NullMarked
package dev.gantry.lora.run;

import org.jspecify.annotations.NullMarked;
