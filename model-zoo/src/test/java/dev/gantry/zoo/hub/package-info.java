@NullMarked
package dev.gantry.zoo.hub;

import org.jspecify.annotations.NullMarked;
