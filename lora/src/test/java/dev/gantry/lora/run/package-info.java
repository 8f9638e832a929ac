@NullMarked
package dev.gantry.lora.run;

import org.jspecify.annotations.NullMarked;
