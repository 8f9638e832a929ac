/// Recognises what the rows of a file mean and turns them into examples to learn from.
@NullMarked
package dev.gantry.lora.data.example;

import org.jspecify.annotations.NullMarked;
