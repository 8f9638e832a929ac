@NullMarked
package dev.gantry.engine.cpu.onednn;

import org.jspecify.annotations.NullMarked;
