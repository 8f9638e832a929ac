@NullMarked
package dev.gantry.zoo.torch;

import org.jspecify.annotations.NullMarked;
