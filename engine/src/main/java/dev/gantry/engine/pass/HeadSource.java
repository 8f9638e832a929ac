package dev.gantry.engine.pass;

import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// Where a pass takes the head matrix from, block by block: what {@link LayerSource} is for the layers.
public interface HeadSource extends AutoCloseable {

    /// A head that lies in memory as a whole.
    ///
    /// @param head compute `[vocabulary, embeddingDim]`, rows adjacent
    static HeadSource resident(Matrix head, HeadBlocks blocks) {
        return new ResidentHead(head, blocks);
    }

    /// The head of a model of which it is not held here: nobody asks for a block.
    static HeadSource elsewhere(HeadBlocks blocks) {
        return new ModelWeights.NoHead(blocks);
    }

    HeadBlocks blocks();

    /// The head as a whole, compute `[vocabulary, embeddingDim]`, where kernels can read it in one piece; else null.
    default @Nullable Matrix whole() {
        return null;
    }

    /// Says in which order blocks will be acquired from now on: 0 to the last, and back in a
    /// {@link Sweep#FORWARD_BACKWARD}. Each is released before the next one is acquired.
    default void begin(Sweep sweep) {
        // where everything is there, nothing needs fetching
    }

    /// As {@link #begin(Sweep)}, for a source that may let a few rows be computed where the head lies, rather than move
    /// it.
    ///
    /// @param rows tokens that each block will be multiplied with
    default void begin(Sweep sweep, int rows) {
        begin(sweep);
    }

    /// A block of the head in the compute type, `[blocks().rows(block), embeddingDim]`, rows adjacent; valid until
    /// {@link #release}. May wait for it to arrive.
    Matrix acquire(int block);

    /// The pass is done with this block for now.
    void release(int block);

    @Override
    void close();
}
