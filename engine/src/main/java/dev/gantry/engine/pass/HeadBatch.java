package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A micro-batch as the head sees it.
///
/// @param rows its part of the residual stream
/// @param tokenLosses receives the loss of each labelled token in order, or null
@SuppressWarnings("ArrayRecordComponent") // an output, compared by nobody
record HeadBatch(TokenBatch batch, Rows rows, float @Nullable [] tokenLosses) {

    /// The residual stream behind the last block and its gradient, f32 `(tokens, hidden)`, lent for one visit at a time
    /// as {@link HeadOrder#rounds} says.
    record Rows(BoundaryStore stream, int layers, int microBatch) {

        /// Output of the last block.
        Matrix x() {
            return stream.read(layers, microBatch);
        }

        /// Its gradient, to be filled.
        Matrix d() {
            return stream.gradient(microBatch);
        }

        void visited() {
            stream.visited();
        }
    }

    /// Some labelled tokens, few enough for the buffers of a slice.
    ///
    /// @param from first of them, counting labelled tokens only
    /// @param tokens I32 `[1, count]`: which rows of the batch they are
    /// @param labels I32 `[1, count]`
    record Slice(int from, int count, Matrix tokens, Matrix labels) {}

    /// All labelled tokens in order.
    List<Slice> slices(int mostRows) {
        List<Slice> slices = new ArrayList<>();
        for (int from = 0; from < batch.labelled(); from += mostRows) {
            int count = Math.min(mostRows, batch.labelled() - from);
            slices.add(new Slice(
                    from,
                    count,
                    batch.labelRows().columns(from, count),
                    batch.labels().columns(from, count)));
        }
        return slices;
    }
}
