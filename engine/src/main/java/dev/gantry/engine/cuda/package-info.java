/// NVIDIA cards through the driver's C interface: discovery, memory, streams, kernels compiled for the card at hand.
///
/// Nothing here loads a library before it is asked to, and absence is an answer, never a crash.
@NullMarked
package dev.gantry.engine.cuda;

import org.jspecify.annotations.NullMarked;
