package dev.gantry.offload.frozen;

import dev.gantry.engine.tensor.HugePages;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.frozen.StreamedWeights.Budgets;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// All memory of frozen weights, allocated once.
final class FrozenMemory implements AutoCloseable {
    private final Map<Integer, MemorySegment> homes = new HashMap<>();
    private final Ring blocks;
    private final Ring head;
    private final Owned owned = new Owned();
    private final List<TensorArena> arenas = new ArrayList<>();
    private final TensorArena outer;

    /// Makes arenas: such that hold memory, or such that only count.
    @FunctionalInterface
    interface Arenas {
        TensorArena of(MemoryAccount account, String owner);
    }

    /// What passes through the device.
    ///
    /// @param slots on the device
    /// @param staging host memory that pieces of files are read into
    record Ring(List<MemorySegment> slots, List<MemorySegment> staging) {
        private static final Ring NONE = new Ring(List.of(), List.of());
    }

    /// @param blockChunks all blocks of the decoder
    /// @param headChunks those of the head; none when it lies on the device as a whole
    /// @throws dev.gantry.engine.tensor.OverBudgetException when a budget is too small
    FrozenMemory(FrozenPlan plan, List<Chunk> blockChunks, List<Chunk> headChunks, Budgets budgets, Arenas kind) {
        try {
            outer = arena(kind.of(budgets.device(), "weights outside the blocks"));
            TensorArena onDevice = arena(kind.of(budgets.device(), "blocks that stay"));
            TensorArena onHost = arena(kind.of(budgets.host(), "blocks that wait"));
            for (List<Chunk> chunks : List.of(blockChunks, headChunks)) {
                for (Chunk chunk : chunks) {
                    switch (chunk.tier()) {
                        case DEVICE -> homes.put(chunk.ordinal(), home(onDevice, chunk.ready()));
                        case HOST -> homes.put(chunk.ordinal(), home(onHost, chunk.host()));
                        case DISK -> {}
                    }
                }
            }
            TensorArena passing = arena(kind.of(budgets.device(), "blocks that pass"));
            TensorArena staging = arena(kind.of(budgets.host(), "read buffers"));
            int headSlots = Math.min(plan.head().slots(), headChunks.size());
            blocks = ring(passing, plan.slots(), blockChunks, staging, plan.reading());
            head = headSlots == 0 ? Ring.NONE : ring(passing, headSlots, headChunks, staging, plan.reading());
        } catch (RuntimeException | Error e) {
            owned.close();
            throw e;
        }
    }

    private TensorArena arena(TensorArena arena) {
        arenas.add(arena);
        return owned.keep(arena, TensorArena::close);
    }

    private static MemorySegment home(TensorArena arena, ChunkLayout layout) {
        return arena.allocateBytes(layout.bytes(), ChunkLayout.CHUNK_ALIGNMENT_BYTES);
    }

    private static Ring ring(
            TensorArena device, int slots, List<Chunk> chunks, TensorArena host, FrozenPlan.Reading reading) {
        // the first is as large as any
        return new Ring(
                parts(device, slots, chunks.getFirst().ready().bytes()),
                parts(host, reading.buffers(), reading.pieceBytes()));
    }

    /// What the disk writes to lies in huge pages, or it would write a third as fast.
    private static List<MemorySegment> parts(TensorArena arena, int count, long bytes) {
        long page = HugePages.pageBytes();
        boolean huge = page > 0 && count * bytes >= page && arena.memory().isHost();
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

    /// Memory of a chunk that lives on the device or in host memory.
    MemorySegment home(Chunk chunk) {
        return Objects.requireNonNull(homes.get(chunk.ordinal()));
    }

    Ring blocks() {
        return blocks;
    }

    Ring head() {
        return head;
    }

    /// Device memory for parameters that lie there as a whole.
    TensorArena outer() {
        return outer;
    }

    /// Memory that holds any chunk and that nothing needs before the first sweep.
    MemorySegment bench(Chunk firstBlock) {
        MemorySegment block = blocks.slots.isEmpty() ? home(firstBlock) : blocks.slots.getFirst();
        return head.slots.isEmpty() || head.slots.getFirst().byteSize() < block.byteSize()
                ? block
                : head.slots.getFirst();
    }

    long allocations() {
        return arenas.stream().mapToLong(TensorArena::allocations).sum();
    }

    @Override
    public void close() {
        owned.close();
    }
}
