@NullMarked
package dev.gantry.lora.realmodels;

import org.jspecify.annotations.NullMarked;
