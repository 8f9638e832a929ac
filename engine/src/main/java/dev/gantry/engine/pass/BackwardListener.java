package dev.gantry.engine.pass;

/// Hears where the backward of all micro-batches stands: head, blocks from the last to the first, embedding.
///
/// Between a start and its end, and only then, the gradients of that part are read and added to; a tied head adds to
/// the token table's as well.
///
/// So gradients can be handed from rank to rank, or given memory and moved away, part by part.
public interface BackwardListener {
    /// Hears nothing.
    BackwardListener NONE = new BackwardListener() {};

    default void headStarted() {}

    default void headFinished() {}

    default void blockStarted(int layer) {}

    default void blockFinished(int layer) {}

    /// Heard only when something in front of the blocks is trained.
    default void embeddingStarted() {}

    default void embeddingFinished() {}
}
