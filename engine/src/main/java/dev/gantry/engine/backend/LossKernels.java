package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// Losses on rows of logits.
public interface LossKernels {
    /// Label of a row that does not count.
    int IGNORED = -100;

    /// `rowLoss[t] = logsumexp(logits[t]) - logits[t][labels[t]]`, 0 where the label is {@link #IGNORED}; and the
    /// gradient `scale · (softmax(logits[t]) - onehot(labels[t]))`, 0 where ignored.
    ///
    /// @param logits f32 `[rows, vocabulary]`; the first `vocabulary` columns count
    /// @param labels I32, one row of `rows`
    /// @param scale factor on the gradient, usually 1 / counted tokens of the step
    /// @param rowLoss f32, one row of `rows`
    /// @param dLogits f32 or bf16 `[rows, vocabulary]`; null when no gradient is wanted. May lie in the memory of
    ///     `logits`, if every row begins where the row of logits does
    void crossEntropy(Matrix logits, Matrix labels, float scale, Matrix rowLoss, @Nullable Matrix dLogits);
}
