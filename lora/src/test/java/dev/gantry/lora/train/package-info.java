@NullMarked
package dev.gantry.lora.train;

import org.jspecify.annotations.NullMarked;
