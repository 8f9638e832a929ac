package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;

/// Softmax cross-entropy on rows of logits that are given in blocks of columns: each block once, in order, to
/// {@link #softmax}; then {@link #crossEntropy}; then blocks in any order to {@link #crossEntropyBackward}. How the
/// columns are cut changes no bit as long as every block but the last is a multiple of {@link #COLUMN_STEP} wide.
public interface LossKernels {
    /// Label of a row that does not count.
    int IGNORED = -100;

    /// Exponentials are added up in runs of so many columns.
    int COLUMN_STEP = 1024;

    /// What is kept of a row: its largest logit, the sum of its exponentials from there, and its label's logit.
    int STATE_COLUMNS = 3;

    /// Which columns a block holds: `[first, first + columns of the block)` of `vocabulary`.
    record Columns(int first, int vocabulary) {}

    /// Takes a block of logits into the softmax of its rows; the block that begins at column 0 starts anew.
    ///
    /// @param logits f32 `[rows, columns of the block]`
    /// @param labels I32, one row of `rows`; rows that are {@link #IGNORED} are left out
    /// @param state f64 `[rows, STATE_COLUMNS]`
    /// @throws IndexOutOfBoundsException when a label is outside the vocabulary
    void softmax(Matrix logits, Columns columns, Matrix labels, Matrix state);

    /// `rowLoss[t] = logsumexp(logits[t]) - logits[t][labels[t]]`, 0 where ignored.
    ///
    /// @param state f64 `[rows, STATE_COLUMNS]`, after all blocks
    /// @param labels I32, one row of `rows`
    /// @param rowLoss f32, one row of `rows`
    void crossEntropy(Matrix state, Matrix labels, Matrix rowLoss);

    /// `dLogits[t] = scale · (softmax(logits[t]) - onehot(labels[t]))` in the columns of the block, 0 where ignored.
    ///
    /// @param logits f32 `[rows, columns of the block]`, as they were given to {@link #softmax}
    /// @param labels I32, one row of `rows`
    /// @param state f64 `[rows, STATE_COLUMNS]`, after all blocks
    /// @param scale usually 1 / counted tokens of the step
    /// @param dLogits f32, bf16 or f16, of the shape of `logits`. May lie in their memory, if every row
    ///     begins where the row of logits does
    void crossEntropyBackward(Matrix logits, Columns columns, Matrix labels, Matrix state, float scale, Matrix dLogits);
}
