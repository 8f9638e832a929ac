/// Writes models as Hugging Face folders that other programs load.
@NullMarked
package dev.gantry.zoo.export;

import org.jspecify.annotations.NullMarked;
