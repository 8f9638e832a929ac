/// Passes over a data file once: rows, examples, and a report of everything wrong with them.
@NullMarked
package dev.gantry.lora.data.check;

import org.jspecify.annotations.NullMarked;
