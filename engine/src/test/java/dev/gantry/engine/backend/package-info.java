/// What kernels promise, as tests that every implementation passes.
@NullMarked
package dev.gantry.engine.backend;

import org.jspecify.annotations.NullMarked;
