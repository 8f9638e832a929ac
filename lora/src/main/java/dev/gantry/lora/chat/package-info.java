/// Talking to a model, with an adapter or without.
@NullMarked
package dev.gantry.lora.chat;

import org.jspecify.annotations.NullMarked;
