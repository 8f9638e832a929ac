/// Model folders: what is in them, whether it can be used, and loading it.
@NullMarked
package dev.gantry.zoo.model;

import org.jspecify.annotations.NullMarked;
