@NullMarked
package dev.gantry.lora.train.config;

import org.jspecify.annotations.NullMarked;
