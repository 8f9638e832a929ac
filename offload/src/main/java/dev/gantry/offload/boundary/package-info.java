/// The residual stream between the blocks of a pass, kept off the device between its visits.
@NullMarked
package dev.gantry.offload.boundary;

import org.jspecify.annotations.NullMarked;
