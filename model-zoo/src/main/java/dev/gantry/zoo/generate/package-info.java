/// Text in, text out: the engine's generation behind a tokenizer, with streaming and stop strings.
@NullMarked
package dev.gantry.zoo.generate;

import org.jspecify.annotations.NullMarked;
