/// Training all parameters of a model whose gradients, masters and moments need not fit the device or the machine's
/// memory: where they live, how they come together for an update, and that no bit depends on it.
@NullMarked
package dev.gantry.offload.trainable;

import org.jspecify.annotations.NullMarked;
