package dev.gantry.engine.pass;

/// Where a pass takes each block's weights from: acquire, use, release. All that a model larger than memory needs to
/// hide is behind this interface.
public interface LayerSource extends AutoCloseable {

    /// Weights of block `layer`, valid until {@link #release}. May wait for them to arrive.
    LayerWeights acquire(int layer);

    /// The pass is done with this block for now.
    void release(LayerWeights weights);

    @Override
    void close();
}
