package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;

/// Attention heads inside a wider matrix: head h of token t starts at column `firstColumn + h * headStride` of row t.
///
/// Covers separate projections (`headStride = headDim`), concatenated q|k|v (a first column for each) and BLOOM's
/// per-head interleaving (`headStride = 3 * headDim`) without a copy.
///
/// @param matrix `[tokens, ...]`
/// @param firstColumn where head 0 starts
/// @param headStride distance of two heads in elements
/// @param heads number of heads
/// @param headDim width of one head
public record Heads(Matrix matrix, int firstColumn, int headStride, int heads, int headDim) {

    public Heads {
        if (heads > 0 && firstColumn + (heads - 1) * headStride + headDim > matrix.columns()) {
            throw new IllegalArgumentException(heads + " heads of " + headDim + " from column " + firstColumn
                    + " every " + headStride + " do not fit into " + matrix.columns() + " columns");
        }
    }

    /// Heads that lie side by side and fill the matrix.
    public static Heads sideBySide(Matrix matrix, int heads) {
        int headDim = matrix.columns() / heads;
        return new Heads(matrix, 0, headDim, heads, headDim);
    }

    /// The same heads for rows `[from, from + count)`.
    public Heads rows(int from, int count) {
        return new Heads(matrix.rows(from, count), firstColumn, headStride, heads, headDim);
    }
}
