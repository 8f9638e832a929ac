package dev.gantry.offload.frozen;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.HugePages;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// All memory of frozen weights, allocated once.
final class FrozenMemory implements AutoCloseable {
    private final Map<Integer, MemorySegment> homes = new HashMap<>();
    private final List<MemorySegment> slots;
    private final List<MemorySegment> staging;
    private final Owned owned = new Owned();
    private final List<TensorArena> arenas = new ArrayList<>();
    private final TensorArena outer;

    /// Makes arenas: such that hold memory, or such that only count.
    @FunctionalInterface
    interface Arenas {
        TensorArena of(MemoryAccount account, String owner);
    }

    /// @param ready layout on the device
    /// @param wire layout of each block outside of it
    /// @throws dev.gantry.engine.tensor.OverBudgetException when a budget is too small
    FrozenMemory(
            FrozenPlan plan,
            ChunkLayout ready,
            List<ChunkLayout> wire,
            MemoryAccount device,
            MemoryAccount host,
            Arenas kind) {
        try {
            outer = arena(kind.of(device, "weights outside the blocks"));
            TensorArena onDevice = arena(kind.of(device, "blocks that stay"));
            TensorArena onHost = arena(kind.of(host, "blocks that wait"));
            for (int layer = 0; layer < plan.homes().size(); layer++) {
                switch (plan.homes().get(layer)) {
                    case DEVICE -> homes.put(layer, aligned(onDevice, ready.bytes()));
                    case HOST ->
                        homes.put(layer, aligned(onHost, wire.get(layer).bytes()));
                    case DISK -> {}
                }
            }
            slots = parts(arena(kind.of(device, "blocks that pass")), plan.slots(), ready.bytes());
            staging = parts(
                    arena(kind.of(host, "read buffers")),
                    plan.reading().buffers(),
                    plan.reading().pieceBytes());
        } catch (RuntimeException | Error e) {
            owned.close();
            throw e;
        }
    }

    private TensorArena arena(TensorArena arena) {
        arenas.add(arena);
        return owned.keep(arena, TensorArena::close);
    }

    private static MemorySegment aligned(TensorArena arena, long bytes) {
        return arena.allocateBytes(bytes, ChunkLayout.CHUNK_ALIGNMENT_BYTES);
    }

    /// What the disk writes to lies in huge pages, or it would write a third as fast.
    private static List<MemorySegment> parts(TensorArena arena, int count, long bytes) {
        long page = HugePages.pageBytes();
        boolean huge = page > 0 && count * bytes >= page;
        MemorySegment all = arena.allocateBytes(count * bytes, huge ? page : ChunkLayout.CHUNK_ALIGNMENT_BYTES);
        if (huge && arena.holdsMemory()) {
            HugePages.back(all);
        }
        List<MemorySegment> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(all.asSlice(i * bytes, bytes));
        }
        return List.copyOf(parts);
    }

    /// Memory of a block that lives on the device or in host memory.
    MemorySegment home(int layer) {
        return Objects.requireNonNull(homes.get(layer), () -> "block " + layer + " lives in files");
    }

    List<MemorySegment> slots() {
        return slots;
    }

    /// Memory that pieces of files are read into.
    List<MemorySegment> staging() {
        return staging;
    }

    /// Device memory for a parameter outside the blocks.
    Matrix outer(DType type, int rows, int columns) {
        return outer.matrix(type, rows, columns);
    }

    long allocations() {
        return arenas.stream().mapToLong(TensorArena::allocations).sum();
    }

    @Override
    public void close() {
        owned.close();
    }
}
