/// The safetensors format: read in place, written tensor by tensor.
@NullMarked
package dev.gantry.zoo.safetensors;

import org.jspecify.annotations.NullMarked;
