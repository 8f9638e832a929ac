@NullMarked
package dev.gantry.lora;

import org.jspecify.annotations.NullMarked;
