@NullMarked
package dev.gantry.offload;

import org.jspecify.annotations.NullMarked;
