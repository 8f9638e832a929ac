package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.Matrix;

/// Where the residual stream between the blocks lies from when it is written until nobody reads it any more, and its
/// gradient on the way back.
///
/// A pass makes the visits of a {@link BoundarySweep}, in that order. What a visit asks for lies on the device until
/// {@link #visited}; between visits a store may keep it anywhere, as long as the same bits come back. All matrices are
/// f32 `(tokens of the micro-batch, hidden)`.
public interface BoundaryStore extends AutoCloseable {

    /// Forgets everything, and says which visits will follow.
    void begin(BoundarySweep sweep);

    /// The input of block `layer`; that of the head when there are no more blocks. May wait for it to arrive.
    Matrix read(int layer, int microBatch);

    /// Memory for the input of block `layer`, to be filled.
    Matrix write(int layer, int microBatch);

    /// Memory to write the input of block `layer` once more into, which nobody will read.
    Matrix discard(int layer, int microBatch);

    /// The gradient of the residual stream, to be changed where it lies; to be filled at the first visit that asks.
    Matrix gradient(int microBatch);

    /// This visit is over: its kernels have been given to the backend.
    void visited();

    /// What was {@link #write written}, once a sweep that keeps it is over; valid until the next call.
    ///
    /// @throws IllegalStateException when it was not kept
    Matrix look(int layer, int microBatch);

    @Override
    void close();
}
