/// How the ranks of one job talk with each other: collectives whose sums have a fixed order.
@NullMarked
package dev.gantry.engine.collective;

import org.jspecify.annotations.NullMarked;
