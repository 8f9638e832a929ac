package dev.gantry.offload.ranks;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The trained tensors of one unit (a block, or what lies before or behind the blocks), one after the other: flat in
/// f32 for gradients and masters, and ready for kernels, where matrices have the compute type. And where each rank's
/// share of them begins and ends.
final class UnitLayout {
    private static final long ALIGNMENT_BYTES = 64;
    private static final long ALIGNMENT_ELEMENTS = ALIGNMENT_BYTES / DType.F32.bytes();

    private final List<Part> parts;
    private final long elements;
    private final long readyBytes;
    private final Cuts cuts;

    /// One tensor of the unit.
    ///
    /// @param index of the tensor in the job's list
    /// @param first its first element in the flat form
    /// @param readyOffset its first byte in the ready form
    record Part(TrainedTensor tensor, int index, DType readyType, long first, long readyOffset) {
        long end() {
            return first + tensor.elements();
        }

        /// The whole tensor in the unit's flat form.
        Matrix flat(MemorySegment unit) {
            return matrix(DType.F32, unit, first * DType.F32.bytes());
        }

        /// The whole tensor in the unit's ready form.
        Matrix ready(MemorySegment unit) {
            return matrix(readyType, unit, readyOffset);
        }

        private Matrix matrix(DType type, MemorySegment unit, long offset) {
            MemorySegment data = unit.asSlice(offset, tensor.elements() * type.bytes());
            return new Matrix(type, data, tensor.rows(), tensor.columns(), tensor.columns());
        }
    }

    /// Some elements of a tensor that belong to one rank's share.
    ///
    /// @param from the first of them, in the tensor
    record Slice(Part part, long from, int count) {
        long first() {
            return part.first() + from;
        }

        boolean isWhole() {
            return count == part.tensor().elements();
        }

        /// Unique in a job.
        String key() {
            return part.tensor().name() + "@" + from;
        }
    }

    /// A tensor, and the type kernels read it in.
    record Entry(TrainedTensor tensor, int index, DType readyType) {}

    /// Shares a unit among ranks.
    interface Cutting {
        /// @param elements of the flat form
        Cuts cut(List<Part> parts, long elements);
    }

    /// @param entries in the order they are laid out
    UnitLayout(List<Entry> entries, Cutting cutting) {
        List<Part> laidOut = new ArrayList<>();
        long end = 0;
        long bytes = 0;
        for (Entry entry : entries) {
            Part part = new Part(entry.tensor(), entry.index(), entry.readyType(), end, bytes);
            laidOut.add(part);
            end = roundUp(part.end(), ALIGNMENT_ELEMENTS);
            bytes = roundUp(
                    bytes + entry.tensor().elements() * entry.readyType().bytes(), ALIGNMENT_BYTES);
        }
        this.parts = List.copyOf(laidOut);
        this.elements = end;
        this.readyBytes = bytes;
        this.cuts = cutting.cut(parts, elements);
    }

    private static long roundUp(long value, long multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }

    List<Part> parts() {
        return parts;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /// Elements of the flat form.
    long elements() {
        return elements;
    }

    long flatBytes() {
        return elements * DType.F32.bytes();
    }

    long readyBytes() {
        return readyBytes;
    }

    /// Whether both forms are the same.
    boolean isReadyInF32() {
        return parts.stream().allMatch(part -> part.readyType() == DType.F32);
    }

    /// Elements that a rank owns.
    long shareElements(int rank) {
        return cuts.end(rank) - cuts.start(rank);
    }

    /// A rank's share inside the flat form.
    MemorySegment flatShare(MemorySegment flat, int rank) {
        return flat.asSlice(cuts.start(rank) * DType.F32.bytes(), shareElements(rank) * DType.F32.bytes());
    }

    /// First byte of a rank's share in the ready form.
    long readyStart(int rank) {
        return readyPosition(cuts.start(rank));
    }

    long readyShareBytes(int rank) {
        return readyPosition(cuts.end(rank)) - readyStart(rank);
    }

    /// A rank's share inside the ready form.
    MemorySegment readyShare(MemorySegment ready, int rank) {
        return ready.asSlice(readyStart(rank), readyShareBytes(rank));
    }

    /// The parts of tensors that a rank owns, in the order they lie.
    List<Slice> slices(int rank) {
        List<Slice> slices = new ArrayList<>();
        for (Part part : parts) {
            long from = Math.max(part.first(), cuts.start(rank));
            long to = Math.min(part.end(), cuts.end(rank));
            if (from < to) {
                slices.add(new Slice(part, from - part.first(), Math.toIntExact(to - from)));
            }
        }
        return slices;
    }

    /// A slice inside a rank's share of the flat form.
    Matrix flat(Slice slice, MemorySegment share, int rank) {
        long offset = (slice.first() - cuts.start(rank)) * DType.F32.bytes();
        return row(DType.F32, share, offset, slice.count());
    }

    /// A slice inside a rank's share of the ready form.
    Matrix ready(Slice slice, MemorySegment share, int rank) {
        return row(slice.part().readyType(), share, readyPosition(slice.first()) - readyStart(rank), slice.count());
    }

    private static Matrix row(DType type, MemorySegment memory, long offset, int count) {
        return new Matrix(type, memory.asSlice(offset, (long) count * type.bytes()), 1, count, count);
    }

    /// Where an element of the flat form lies in the ready form; cuts are never between tensors.
    private long readyPosition(long element) {
        for (Part part : parts) {
            if (element < part.end()) {
                return part.readyOffset()
                        + (element - part.first()) * part.readyType().bytes();
            }
        }
        return readyBytes;
    }
}
