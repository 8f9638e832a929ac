/// Training data, from a file somebody has to the batches a trainer takes.
@NullMarked
package dev.gantry.lora.data;

import org.jspecify.annotations.NullMarked;
