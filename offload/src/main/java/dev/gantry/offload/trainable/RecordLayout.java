package dev.gantry.offload.trainable;

import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// How the parameters of a model are dealt to records of equal size, the units that are moved and updated: one for
/// each block, then those that the parameters outside the blocks are cut into, which may be cut anywhere.
public final class RecordLayout {
    private static final long ALIGNED_ELEMENTS = TensorArena.ALIGNMENT_BYTES / DType.F32.bytes();

    private final TrainedModel model;
    private final List<List<Piece>> records = new ArrayList<>();
    private final List<Piece> outside = new ArrayList<>();
    private final long elements;

    /// Adjacent elements of a tensor.
    ///
    /// @param from the first of them, in the tensor
    /// @param at where they begin in the record, in elements
    record Piece(TrainedTensor tensor, long from, int count, long at) {
        boolean isWhole() {
            return count == tensor.elements();
        }
    }

    public RecordLayout(TrainedModel model) {
        this.model = model;
        long end = 0;
        for (int layer = 0; layer < model.spec().layers(); layer++) {
            List<Piece> block = new ArrayList<>();
            end = 0;
            for (TrainedTensor tensor : tensorsOf(layer)) {
                block.add(new Piece(tensor, 0, Math.toIntExact(tensor.elements()), end));
                end = aligned(end + tensor.elements());
            }
            records.add(block);
        }
        this.elements = end;
        long place = 0;
        for (TrainedTensor tensor : tensorsOf(ParameterId.NO_LAYER)) {
            place = aligned(cut(tensor, place));
        }
    }

    private List<TrainedTensor> tensorsOf(int layer) {
        return model.tensors().stream()
                .filter(tensor -> tensor.id().layer() == layer)
                .toList();
    }

    private static long aligned(long elements) {
        return (elements + ALIGNED_ELEMENTS - 1) / ALIGNED_ELEMENTS * ALIGNED_ELEMENTS;
    }

    /// Deals a tensor to records from `place` on, and gives the place behind it.
    private long cut(TrainedTensor tensor, long place) {
        long done = 0;
        while (done < tensor.elements()) {
            int record = blocks() + Math.toIntExact((place + done) / elements);
            long at = (place + done) % elements;
            long count = Math.min(tensor.elements() - done, elements - at);
            if (record == records.size()) {
                records.add(new ArrayList<>());
            }
            Piece piece = new Piece(tensor, done, Math.toIntExact(count), at);
            records.get(record).add(piece);
            if (done == 0) {
                outside.add(piece);
            }
            done += count;
        }
        return place + done;
    }

    public TrainedModel model() {
        return model;
    }

    /// Records of blocks; the others follow them.
    public int blocks() {
        return model.spec().layers();
    }

    public int records() {
        return records.size();
    }

    /// Length of a record in elements.
    public long elements() {
        return elements;
    }

    /// Size of a record of one f32 array.
    public long arrayBytes() {
        return TensorArena.roundedBytes(elements * DType.F32.bytes());
    }

    List<Piece> pieces(int record) {
        return Collections.unmodifiableList(records.get(record));
    }

    /// The tensors outside the blocks.
    List<TrainedTensor> outside() {
        return outside.stream().map(Piece::tensor).toList();
    }

    /// Where a tensor outside the blocks begins, counted in elements from the first record of such.
    long placeOutside(TrainedTensor tensor) {
        for (int record = blocks(); record < records(); record++) {
            for (Piece piece : records.get(record)) {
                if (piece.tensor().equals(tensor)) {
                    return (record - blocks()) * elements + piece.at();
                }
            }
        }
        throw new IllegalArgumentException(tensor.name() + " lies in a block");
    }

    /// Records in the order in which a backward completes their gradients, which is that of updates.
    int[] order() {
        return IntStream.concat(
                        IntStream.range(0, blocks()).map(block -> blocks() - 1 - block),
                        IntStream.range(blocks(), records()))
                .toArray();
    }
}
