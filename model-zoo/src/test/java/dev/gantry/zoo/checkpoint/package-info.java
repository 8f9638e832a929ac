@NullMarked
package dev.gantry.zoo.checkpoint;

import org.jspecify.annotations.NullMarked;
