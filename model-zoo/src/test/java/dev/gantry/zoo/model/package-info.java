@NullMarked
package dev.gantry.zoo.model;

import org.jspecify.annotations.NullMarked;
