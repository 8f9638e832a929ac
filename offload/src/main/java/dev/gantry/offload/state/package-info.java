/// Optimizer states that lie on disk: records that are read, updated and written back in a pipeline, and of which the
/// last checkpoint survives a stop at any moment.
@NullMarked
package dev.gantry.offload.state;

import org.jspecify.annotations.NullMarked;
