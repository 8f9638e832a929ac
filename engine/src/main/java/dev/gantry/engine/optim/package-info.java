/// Optimizers over lists of trained tensors, clipping and learning-rate schedules.
@NullMarked
package dev.gantry.engine.optim;

import org.jspecify.annotations.NullMarked;
