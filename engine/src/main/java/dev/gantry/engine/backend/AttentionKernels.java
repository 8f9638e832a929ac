package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;

/// Causal softmax attention in tiles: no score matrix of sequence by sequence ever exists (Dao et al. 2022).
///
/// Query heads are shared evenly among key/value heads: query head h reads key head `h / (heads / kvHeads)`.
public interface AttentionKernels {

    /// `out = softmax(scale · q·kᵀ + bias) · v` for each head and segment.
    ///
    /// @param q queries, f32, bf16 or f16
    /// @param k keys; rows as `segments` says
    /// @param v values; same rows as k
    /// @param out `[tokens, heads * headDim]`, heads side by side
    /// @param logSumExp f32 `[tokens, heads]`: log of the softmax denominator of each query, for the backward
    void forward(AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp);

    /// Gradients of {@link #forward} for packed segments (queries and keys are the same rows). Overwrites dq, dk, dv.
    ///
    /// @param out what the forward wrote
    /// @param logSumExp what the forward wrote
    /// @param dOut gradient of out
    void backward(
            AttentionBias bias,
            Segments segments,
            Heads q,
            Heads k,
            Heads v,
            Matrix out,
            Matrix logSumExp,
            Matrix dOut,
            Heads dq,
            Heads dk,
            Heads dv);
}
