@NullMarked
package dev.gantry.engine.cpu.matmul.bench;

import org.jspecify.annotations.NullMarked;
