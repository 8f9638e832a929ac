@NullMarked
package dev.gantry.lora.adapter;

import org.jspecify.annotations.NullMarked;
