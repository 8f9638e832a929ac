package dev.gantry.offload.ranks;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What one rank holds of one unit.
///
/// @param buffer memory of the running gradients; blocks may take turns in it
/// @param work the flat gradients in it
/// @param sum this rank's share of the finished gradients; a part of `work` unless gradients are sharded
/// @param masters this rank's share of the f32 values; a part of the ready form where that is f32
/// @param whole the ready form of all tensors, or null where only a share is held
/// @param readyShare this rank's share of the ready form; a part of `whole` where there is one
record UnitMemory(
        UnitLayout layout,
        int rank,
        SumBuffer buffer,
        MemorySegment work,
        MemorySegment sum,
        MemorySegment masters,
        @Nullable MemorySegment whole,
        MemorySegment readyShare) {

    /// Arenas by what they hold.
    record Arenas(TensorArena weights, TensorArena gradients, TensorArena masters) {}

    /// @param buffer for the running gradients, at least as large as the unit
    /// @param readyShare where this rank's share of the ready form lies if it is held alone, else null
    static UnitMemory allocate(
            ShardPlan plan, int unit, int rank, SumBuffer buffer, @Nullable MemorySegment readyShare, Arenas arenas) {
        UnitLayout layout = plan.unit(unit);
        long shareBytes = layout.shareElements(rank) * DType.F32.bytes();
        MemorySegment work = buffer.memory().asSlice(0, layout.flatBytes());
        MemorySegment sum = plan.stage().includes(ZeroStage.GRADIENTS)
                ? arenas.gradients().allocateBytes(shareBytes)
                : layout.flatShare(work, rank);
        MemorySegment whole = readyShare == null ? arenas.weights().allocateBytes(layout.readyBytes()) : null;
        MemorySegment share = readyShare != null ? readyShare : layout.readyShare(wholeOf(whole), rank);
        MemorySegment masters = layout.isReadyInF32() ? share : arenas.masters().allocateBytes(shareBytes);
        return new UnitMemory(layout, rank, buffer, work, sum, masters, whole, share);
    }

    /// Of a unit that another rank has.
    static UnitMemory elsewhere(ShardPlan plan, int unit, int rank, SumBuffer nothing) {
        MemorySegment none = nothing.memory();
        return new UnitMemory(plan.unit(unit), rank, nothing, none, none, none, null, none);
    }

    private static MemorySegment wholeOf(@Nullable MemorySegment whole) {
        if (whole == null) {
            throw new IllegalStateException("only a share of this unit is held here");
        }
        return whole;
    }

    /// Whether all tensors are held, not only a share of them.
    boolean isWhole() {
        return whole != null;
    }

    /// The ready form of all tensors.
    ///
    /// @throws IllegalStateException when only a share is held
    MemorySegment ready() {
        return wholeOf(whole);
    }

    Matrix master(UnitLayout.Slice slice) {
        return layout.flat(slice, masters, rank);
    }

    Matrix gradient(UnitLayout.Slice slice) {
        return layout.flat(slice, sum, rank);
    }

    /// A slice as kernels read it.
    Matrix ready(UnitLayout.Slice slice) {
        return layout.ready(slice, readyShare, rank);
    }

    /// Whether masters must be converted before kernels can read them.
    boolean converts() {
        return !layout.isReadyInF32();
    }
}
