package dev.gantry.offload.trainable;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.offload.trainable.RecordLayout.Piece;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The f32 arrays of one kind of one record, where they can be computed with until they are given back.
record Values(int record, List<MemorySegment> arrays) {

    /// Adjacent elements of a piece, as one row.
    ///
    /// @param skip how many of the piece's elements lie before them
    Matrix row(int array, Piece piece, long skip, int count) {
        return row(arrays.get(array), piece.at() + skip, count);
    }

    static Matrix row(MemorySegment memory, long from, int count) {
        long bytes = DType.F32.bytes();
        return new Matrix(DType.F32, memory.asSlice(from * bytes, count * bytes), 1, count, count);
    }
}
