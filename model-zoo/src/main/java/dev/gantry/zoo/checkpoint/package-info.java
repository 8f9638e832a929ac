/// Named tensors in files, whatever the format.
@NullMarked
package dev.gantry.zoo.checkpoint;

import org.jspecify.annotations.NullMarked;
