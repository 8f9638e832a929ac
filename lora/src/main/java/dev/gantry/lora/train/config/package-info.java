/// The settings of a training run: what can be set, the defaults, and the JSON they are written in.
@NullMarked
package dev.gantry.lora.train.config;

import org.jspecify.annotations.NullMarked;
