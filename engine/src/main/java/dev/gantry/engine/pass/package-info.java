/// One forward and one backward for all families, layer by layer, micro-batches inside.
@NullMarked
package dev.gantry.engine.pass;

import org.jspecify.annotations.NullMarked;
