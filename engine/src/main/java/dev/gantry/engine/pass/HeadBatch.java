package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A micro-batch as the head sees it.
///
/// @param x gives the output of the last block, f32 `(tokens, hidden)`; asked for anew at every use
/// @param tokenLosses receives the loss of each labelled token in order, or null
@SuppressWarnings("ArrayRecordComponent") // an output, compared by nobody
record HeadBatch(TokenBatch batch, Supplier<Matrix> x, float @Nullable [] tokenLosses) {

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
