@NullMarked
package dev.gantry.zoo.family;

import org.jspecify.annotations.NullMarked;
