package dev.gantry.offload.trainable;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.offload.trainable.RecordLayout.Piece;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads what a run is saved with, tensor by tensor, between two steps. Tensors of one record asked for one after the
/// other are read from the disk once.
public final class StateReader implements AutoCloseable {
    private final RecordLayout layout;
    private final Map<Kind, StateShelf> shelves;
    private final Copies copies;
    private @Nullable Open open;

    /// Copies bytes.
    @FunctionalInterface
    interface Copies {
        void copy(MemorySegment from, MemorySegment to);
    }

    private record Open(StateShelf shelf, Values values) {}

    /// @param copies from wherever states lie to wherever they are read
    StateReader(RecordLayout layout, Map<Kind, StateShelf> shelves, Copies copies) {
        this.copies = copies;
        this.layout = layout;
        this.shelves = shelves;
    }

    /// Copies a whole tensor.
    ///
    /// @param into f32, contiguous, as many elements as the tensor has
    public void read(TrainedTensor tensor, StateArray array, Matrix into) {
        read(tensor, array, 0, into);
    }

    /// Copies adjacent elements of a tensor.
    ///
    /// @param from the first of them
    /// @param into f32, contiguous; says how many
    void read(TrainedTensor tensor, StateArray array, long from, Matrix into) {
        StateShelf shelf = Objects.requireNonNull(shelves.get(array.kind()));
        for (int record = 0; record < layout.records(); record++) {
            for (Piece piece : layout.pieces(record)) {
                long first = Math.max(from, piece.from());
                long end = Math.min(from + into.elements(), piece.from() + piece.count());
                if (piece.tensor().equals(tensor) && first < end) {
                    Matrix row =
                            values(shelf, record).row(array.place(), piece, first - piece.from(), (int) (end - first));
                    long at = (first - from) * DType.F32.bytes();
                    MemorySegment target = into.data().asSlice(at, row.data().byteSize());
                    copies.copy(row.data(), target);
                }
            }
        }
    }

    private Values values(StateShelf shelf, int record) {
        Open there = open;
        if (there != null && there.shelf.equals(shelf) && there.values.record() == record) {
            return there.values;
        }
        close();
        if (!shelf.isOnDisk(record)) {
            return shelf.onSpot(record);
        }
        shelf.beginRead(new int[] {record});
        Values values = shelf.take(record);
        open = new Open(shelf, values);
        return values;
    }

    @Override
    public void close() {
        Open there = open;
        open = null;
        if (there != null) {
            there.shelf.put(there.values);
            there.shelf.finish();
        }
    }
}
