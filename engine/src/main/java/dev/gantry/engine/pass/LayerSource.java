package dev.gantry.engine.pass;

/// Where a pass takes each block's weights from: acquire, use, release. All that a model larger than memory needs to
/// hide is behind this interface.
public interface LayerSource extends AutoCloseable {

    /// One visit of all blocks.
    enum Sweep {
        /// 0 to the last: evaluation, generation.
        FORWARD,
        /// 0 to the last and back: a training step. The last block is acquired twice in a row.
        FORWARD_BACKWARD
    }

    /// Says in which order blocks will be acquired from now on, so that they can be fetched ahead. Each acquired block
    /// is released before the next one is acquired.
    default void begin(Sweep sweep) {
        // where everything is there, nothing needs fetching
    }

    /// As {@link #begin(Sweep)}, for a source that may let a few rows be computed where weights lie, rather than move
    /// the weights.
    ///
    /// @param rows tokens that each block will be multiplied with
    default void begin(Sweep sweep, int rows) {
        begin(sweep);
    }

    /// Whether each block of the sweep that was begun lies where it is computed, so that nobody waits for its release.
    default boolean isAtHand() {
        return false;
    }

    /// Weights of block `layer`, valid until {@link #release}. May wait for them to arrive.
    LayerWeights acquire(int layer);

    /// The pass is done with this block for now.
    void release(LayerWeights weights);

    @Override
    void close();
}
