package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;

/// Look-up of rows by id.
public interface EmbeddingKernels {

    /// `y[t] (+)= table[ids[t] + idOffset]`.
    ///
    /// @param ids I32, one row of tokens
    /// @param idOffset added to every id (OPT's positions start at 2)
    /// @param table `[entries, width]`
    /// @param y f32 `[tokens, width]`
    void gather(Matrix ids, int idOffset, Matrix table, Matrix y, Accumulate accumulate);

    /// `dTable[ids[t] + idOffset] += dy[t]`, tokens in order, so that repeated ids add up the same way every time.
    ///
    /// @param dTable f32 `[entries, width]`
    void scatterAdd(Matrix ids, int idOffset, Matrix dy, Matrix dTable);
}
