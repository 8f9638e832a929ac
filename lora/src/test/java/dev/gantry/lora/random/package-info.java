@NullMarked
package dev.gantry.lora.random;

import org.jspecify.annotations.NullMarked;
