package dev.gantry.offload.ranks;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;

/// A run of elements that one rank holds: of a trained tensor's values, or of an optimizer state shaped like it.
///
/// @param tensor name of the trained tensor
/// @param kind {@link #VALUE}, or the optimizer's name of the state
/// @param from index of the first element in the tensor
/// @param tensorElements of the whole tensor
/// @param values f32, as a live view
record ShardEntry(String tensor, String kind, long from, long tensorElements, Matrix values) {
    /// The tensor's own values.
    static final String VALUE = "value";

    long count() {
        return values.elements();
    }

    MemorySegment data() {
        return values.data().asSlice(0, count() * DType.F32.bytes());
    }

    /// A trained tensor, or a state of it.
    record Key(String tensor, String kind) {
        @Override
        public String toString() {
            return tensor + " (" + kind + ")";
        }
    }

    /// What this is a part of.
    Key key() {
        return new Key(tensor, kind);
    }
}
