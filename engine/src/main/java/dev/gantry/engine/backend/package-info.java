@NullMarked
package dev.gantry.engine.backend;

import org.jspecify.annotations.NullMarked;
