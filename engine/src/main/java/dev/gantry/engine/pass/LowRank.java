package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.Matrix;

/// A low-rank adapter of one linear module: `y += scale · (dropout(x) · Aᵀ) · Bᵀ` (Hu et al. 2021).
///
/// @param a f32 `[r, in]`
/// @param b f32 `[out, r]`
/// @param scale `alpha / r`, or `alpha / sqrt(r)` with rank stabilisation
/// @param dropout rate on the adapter's input while training
public record LowRank(Matrix a, Matrix b, float scale, float dropout) {

    public LowRank {
        if (a.rows() != b.columns()) {
            throw new IllegalArgumentException("A has rank " + a.rows() + ", B has rank " + b.columns());
        }
    }

    public int rank() {
        return a.rows();
    }
}
