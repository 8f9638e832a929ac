package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;

/// Adjacent elements of one parameter that are copied together, converted where the types differ.
///
/// @param elements how many; few enough for one matrix row
/// @param from type where they come from
/// @param fromOffset first byte there
/// @param to type where they go
/// @param toOffset first byte there
record ElementRun(int elements, DType from, long fromOffset, DType to, long toOffset) {

    long fromBytes() {
        return (long) elements * from.bytes();
    }

    private long toBytes() {
        return (long) elements * to.bytes();
    }

    /// Like types are copied byte for byte, others by the same kernel that makes resident weights: the same bits.
    void copy(MemorySegment source, MemorySegment target, ElementKernels kernels) {
        MemorySegment in = source.asSlice(fromOffset, fromBytes());
        MemorySegment out = target.asSlice(toOffset, toBytes());
        if (from == to) {
            kernels.copyBytes(in, out);
        } else {
            kernels.copy(new Matrix(from, in, 1, elements, elements), new Matrix(to, out, 1, elements, elements));
        }
    }
}
