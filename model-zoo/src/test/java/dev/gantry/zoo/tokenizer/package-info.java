@NullMarked
package dev.gantry.zoo.tokenizer;

import org.jspecify.annotations.NullMarked;
