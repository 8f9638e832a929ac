@NullMarked
package dev.gantry.zoo.export;

import org.jspecify.annotations.NullMarked;
