package dev.gantry.engine.pass;

import dev.gantry.engine.backend.MatmulKernels.PackedWeights;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// The weights of one linear module, ready to multiply.
///
/// @param weight as stored: `[out, in]` or `[in, out]`
/// @param bias f32 row of `out`, or null
/// @param packedForward `weight` in the backend's order for the forward, or null
/// @param packedBackward `weight` in the backend's order for the gradient of the input, or null
public record LinearWeights(
        Matrix weight,
        @Nullable Matrix bias,
        @Nullable PackedWeights packedForward,
        @Nullable PackedWeights packedBackward) {}
