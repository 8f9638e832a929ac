/// Reads rows from files of every supported kind, in bounded memory, each with the place it came from.
@NullMarked
package dev.gantry.lora.data.source;

import org.jspecify.annotations.NullMarked;
