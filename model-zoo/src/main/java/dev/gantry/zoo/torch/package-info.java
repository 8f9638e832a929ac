/// PyTorch's own checkpoint files, read by a pickle machine that knows tensors and can run nothing.
@NullMarked
package dev.gantry.zoo.torch;

import org.jspecify.annotations.NullMarked;
