package dev.gantry.offload.trainable;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.offload.Tier;
import dev.gantry.offload.trainable.RecordLayout.Piece;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where gradients are added up on the device, and where they wait for their update. Blocks whose gradients leave the
/// device take turns in a few slots.
final class GradientShelf {
    static final int NOBODY = -1;

    private final Backend backend;
    private final ElementKernels copies;
    private final RecordLayout layout;
    private final TrainablePlan plan;
    private final TrainableMemory memory;
    private final @Nullable WaitingGradients disk;
    private final Traffic.Count traffic;
    private final int[] turn; // of each block that leaves, counted from the last block on
    private final Gradients gradients;

    /// @param disk of those that wait there; null when none does
    GradientShelf(
            Backend backend,
            RecordLayout layout,
            TrainablePlan plan,
            TrainableMemory memory,
            @Nullable WaitingGradients disk,
            Traffic.Count traffic) {
        this.backend = backend;
        this.copies = backend.transferElements();
        this.layout = layout;
        this.plan = plan;
        this.memory = memory;
        this.disk = disk;
        this.traffic = traffic;
        this.turn = new int[layout.blocks()];
        int next = 0;
        for (int block = layout.blocks() - 1; block >= 0; block--) {
            turn[block] = plan.home(Kind.GRADIENT, block) == Tier.DEVICE ? NOBODY : next++;
        }
        Map<ParameterId, Matrix> matrices = new LinkedHashMap<>();
        for (int block = 0; block < layout.blocks(); block++) {
            for (Piece piece : layout.pieces(block)) {
                matrices.put(piece.tensor().id(), matrix(piece, onDevice(block)));
            }
        }
        layout.outside().forEach(tensor -> matrices.put(tensor.id(), outside(tensor)));
        this.gradients = new Gradients(matrices, Map.of());
    }

    private static Matrix matrix(Piece whole, MemorySegment record) {
        return whole.tensor().in(record.asSlice(whole.at() * DType.F32.bytes()));
    }

    /// The whole gradient of a tensor outside the blocks; its memory is free between steps.
    Matrix outside(TrainedTensor tensor) {
        return tensor.in(memory.outsideGradients().asSlice(layout.placeOutside(tensor) * DType.F32.bytes()));
    }

    /// Where a pass adds gradients.
    Gradients gradients() {
        return gradients;
    }

    /// The whole gradient of a tensor, where it is added up.
    Matrix of(TrainedTensor tensor) {
        return Objects.requireNonNull(gradients.of(tensor.id()));
    }

    /// Where a record's gradient is added up.
    MemorySegment onDevice(int record) {
        if (record >= layout.blocks()) {
            // records outside the blocks are adjacent, so that no tensor is torn
            long bytes = layout.elements() * DType.F32.bytes();
            return memory.outsideGradients().asSlice((record - layout.blocks()) * bytes, bytes);
        }
        return turn[record] == NOBODY ? memory.home(Kind.GRADIENT, record) : slot(record);
    }

    private MemorySegment slot(int block) {
        return memory.gradientSlots().get(turn[block] % memory.gradientSlots().size());
    }

    /// The block whose gradient must be gone before that of `block` may begin, or {@link #NOBODY}.
    int before(int block) {
        int wanted = turn[block] - memory.gradientSlots().size();
        for (int other = 0; wanted >= 0 && other < turn.length; other++) {
            if (turn[other] == wanted) {
                return other;
            }
        }
        return NOBODY;
    }

    /// Sets a gradient to zero.
    void clear(int record) {
        backend.elements().fill(Values.row(onDevice(record), 0, Math.toIntExact(layout.elements())), 0);
    }

    /// Whether a record's gradient goes to another home until the norm is known.
    boolean leaves(int record) {
        return plan.home(Kind.GRADIENT, record) != Tier.DEVICE;
    }

    /// Whether a gradient waits on disk.
    boolean isOnDisk(int record) {
        return plan.home(Kind.GRADIENT, record) == Tier.DISK;
    }

    /// Brings a gradient to its home; frees where it was added up.
    ///
    /// @throws dev.gantry.engine.GantryException when the disk failed
    void park(int record) {
        if (isOnDisk(record)) {
            long bytes = layout.elements() * DType.F32.bytes();
            disk().write(record, onDevice(record).asSlice(0, bytes));
            traffic.toHost(bytes);
        } else {
            copy(onDevice(record), memory.home(Kind.GRADIENT, record));
        }
    }

    /// All gradients have been parked: those on disk are read again, ahead, in the order of updates.
    void beginReturn() {
        if (disk != null) {
            disk.beginRead();
        }
    }

    /// No parked gradient is needed any more.
    void forget() {
        if (disk != null) {
            disk.settle();
        }
    }

    /// A copy for the host of what lies on the device; frees where it was added up.
    MemorySegment take(int record) {
        MemorySegment copy = Objects.requireNonNull(memory.staging(Kind.GRADIENT));
        copy(onDevice(record), copy);
        return copy;
    }

    private void copy(MemorySegment from, MemorySegment to) {
        long bytes = layout.elements() * DType.F32.bytes();
        copies.copyBytes(from.asSlice(0, bytes), to.asSlice(0, bytes));
        traffic.toHost(bytes);
    }

    /// A gradient that was parked, for the host; from the disk in the order of updates, until the next one.
    MemorySegment parked(int record) {
        return isOnDisk(record) ? disk().take(record) : memory.home(Kind.GRADIENT, record);
    }

    private WaitingGradients disk() {
        return Objects.requireNonNull(disk);
    }

    /// Brings a gradient that was parked back to the device.
    MemorySegment returned(int record) {
        MemorySegment slot = slot(record);
        long bytes = layout.elements() * DType.F32.bytes();
        copies.copyBytes(parked(record).asSlice(0, bytes), slot.asSlice(0, bytes));
        traffic.toDevice(bytes);
        return slot;
    }
}
