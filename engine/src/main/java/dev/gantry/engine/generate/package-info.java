/// From logits to tokens: sampling, and generation of several sequences side by side.
@NullMarked
package dev.gantry.engine.generate;

import org.jspecify.annotations.NullMarked;
