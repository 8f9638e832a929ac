/// Frozen blocks of a model larger than its device: where their bytes lie and how they come to the device in time.
@NullMarked
package dev.gantry.offload.frozen;

import org.jspecify.annotations.NullMarked;
