@NullMarked
package dev.gantry.lora.export;

import org.jspecify.annotations.NullMarked;
