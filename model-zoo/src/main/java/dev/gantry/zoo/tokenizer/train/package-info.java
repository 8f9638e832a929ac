/// Makes new tokenizers from text.
@NullMarked
package dev.gantry.zoo.tokenizer.train;

import org.jspecify.annotations.NullMarked;
