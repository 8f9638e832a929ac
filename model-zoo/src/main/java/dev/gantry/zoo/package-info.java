@NullMarked
package dev.gantry.zoo;

import org.jspecify.annotations.NullMarked;
