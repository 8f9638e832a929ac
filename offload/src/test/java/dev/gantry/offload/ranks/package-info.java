@NullMarked
package dev.gantry.offload.ranks;

import org.jspecify.annotations.NullMarked;
