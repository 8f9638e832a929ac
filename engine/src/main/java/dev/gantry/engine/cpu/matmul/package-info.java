@NullMarked
package dev.gantry.engine.cpu.matmul;

import org.jspecify.annotations.NullMarked;
