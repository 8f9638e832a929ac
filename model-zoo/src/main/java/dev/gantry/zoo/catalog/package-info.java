/// What Gantry knows of models, adapters, datasets and runs: an index in H2 that can always be rebuilt from the
/// folders.
@NullMarked
package dev.gantry.zoo.catalog;

import org.jspecify.annotations.NullMarked;
