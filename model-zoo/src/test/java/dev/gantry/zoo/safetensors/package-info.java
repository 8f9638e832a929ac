@NullMarked
package dev.gantry.zoo.safetensors;

import org.jspecify.annotations.NullMarked;
