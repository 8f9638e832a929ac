@NullMarked
package dev.gantry.lora.chat;

import org.jspecify.annotations.NullMarked;
