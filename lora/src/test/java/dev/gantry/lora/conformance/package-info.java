@NullMarked
package dev.gantry.lora.conformance;

import org.jspecify.annotations.NullMarked;
