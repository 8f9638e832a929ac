package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.Matrix;

/// Who computes the blocks in front of a {@link BlockSpan} and those behind it.
///
/// Micro-batches come and go in their order; all matrices are f32 `(tokens of the micro-batch, hidden)`. What is given
/// is left alone until {@link #finish}.
public interface Neighbours {

    /// Fills in the input of the span's first block. Waits for it.
    void takeStream(Matrix into);

    /// Hands on the output of the span's last block.
    void giveStream(Matrix output);

    /// The head's part of the backward is over, if the head is here; else the blocks' part may begin. A table that the
    /// head shares with the embedding has what the head adds to its gradient from now on.
    void headFinished();

    /// Fills in the gradient of the span's output. Waits for it.
    void takeGradient(Matrix into);

    /// Hands back the gradient of the span's input.
    void giveGradient(Matrix gradient);

    /// Waits until all that was given has been taken.
    void finish();
}
