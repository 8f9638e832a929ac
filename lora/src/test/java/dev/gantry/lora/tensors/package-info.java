@NullMarked
package dev.gantry.lora.tensors;

import org.jspecify.annotations.NullMarked;
