@NullMarked
package dev.gantry.engine.cuda;

import org.jspecify.annotations.NullMarked;
