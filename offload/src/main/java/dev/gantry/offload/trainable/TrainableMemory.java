package dev.gantry.offload.trainable;

import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.ChunkLayout;
import dev.gantry.offload.frozen.PassingBlocks;
import dev.gantry.offload.io.IoQueue;
import dev.gantry.offload.io.StagingBuffers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// All memory of trained values beside the buffers of files, allocated once.
final class TrainableMemory implements AutoCloseable {
    private final RecordLayout layout;
    private final TrainablePlan plan;
    private final List<TensorArena> arenas = new ArrayList<>();
    private final Map<Kind, Map<Integer, MemorySegment>> homes = new EnumMap<>(Kind.class);
    private final Map<Kind, MemorySegment> staging = new EnumMap<>(Kind.class);
    private final List<MemorySegment> gradientSlots = new ArrayList<>();
    private final List<MemorySegment> gradientBuffers = new ArrayList<>();
    private final List<MemorySegment> parameterSlots = new ArrayList<>();
    private final List<MemorySegment> parameterBuffers = new ArrayList<>();
    private final MemorySegment writtenParameters;
    private final MemorySegment outsideGradients;

    /// Makes arenas: such that hold memory, or such that only count.
    @FunctionalInterface
    interface Arenas {
        TensorArena of(MemoryAccount account, String owner);
    }

    /// Whether gradients must be kept until the norm of all of them is known.
    enum Clipping {
        ON,
        OFF
    }

    /// @param ready layout of a block's parameters
    /// @throws dev.gantry.engine.tensor.OverBudgetException when a budget is too small
    TrainableMemory(
            RecordLayout layout,
            TrainablePlan plan,
            ChunkLayout ready,
            Clipping clipping,
            MemoryAccount device,
            MemoryAccount host,
            Arenas kind) {
        this.layout = layout;
        this.plan = plan;
        try {
            TensorArena parameters = arena(kind.of(device, "parameters"));
            put(Kind.PARAMETER, Tier.DEVICE, layout.blocks(), parameters, ready.bytes());
            writtenParameters = passing(ready, device, host, kind);
            TensorArena gradients = arena(kind.of(device, "gradients"));
            outsideGradients = gradients.allocateBytes((layout.records() - layout.blocks()) * layout.arrayBytes());
            put(Kind.GRADIENT, Tier.DEVICE, layout.blocks(), gradients, layout.arrayBytes());
            for (int slot = 0; slot < slots(); slot++) {
                gradientSlots.add(gradients.allocateBytes(layout.arrayBytes()));
            }
            if (clipping == Clipping.ON) {
                TensorArena waiting = arena(kind.of(host, "gradients that wait"));
                put(Kind.GRADIENT, Tier.HOST, layout.blocks(), waiting, layout.arrayBytes());
            }
            gradientBuffers(clipping, host, kind);
            states(Kind.MASTER, 1, device, host, kind);
            states(Kind.MOMENTS, 2, device, host, kind);
            staging(clipping, arena(kind.of(host, "values being updated")));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private TensorArena arena(TensorArena arena) {
        arenas.add(arena);
        return arena;
    }

    /// Parameters that live elsewhere pass through slots.
    ///
    /// @return where those are written that go to the disk
    private MemorySegment passing(ChunkLayout ready, MemoryAccount device, MemoryAccount host, Arenas make) {
        TensorArena waiting = arena(make.of(host, "parameters that wait"));
        put(Kind.PARAMETER, Tier.HOST, layout.blocks(), waiting, ready.bytes());
        TensorArena slots = arena(make.of(device, "parameters that pass"));
        for (int slot = 0; slot < PassingBlocks.slots(plan.passing(layout).length); slot++) {
            parameterSlots.add(aligned(slots, ready.bytes()));
        }
        if (plan.count(Kind.PARAMETER, Tier.DISK) == 0) {
            return MemorySegment.NULL;
        }
        if (!device.memory().isHost()) {
            for (int read = 0; read < IoQueue.IN_FLIGHT; read++) {
                parameterBuffers.add(aligned(waiting, Math.min(ready.bytes(), IoQueue.BLOCK_BYTES)));
            }
        }
        return aligned(waiting, ready.bytes());
    }

    /// Gradients pass through a few buffers on their way to the disk and back.
    private void gradientBuffers(Clipping clipping, MemoryAccount host, Arenas make) {
        int count = WaitingGradients.buffers(plan, clipping);
        if (count > 0) {
            TensorArena passing = arena(make.of(host, "gradients on their way"));
            StagingBuffers buffers = new StagingBuffers(passing, count, WaitingGradients.recordBytes(layout));
            for (int buffer = 0; buffer < count; buffer++) {
                gradientBuffers.add(buffers.acquire());
            }
        }
    }

    private void states(Kind kind, int arrays, MemoryAccount device, MemoryAccount host, Arenas make) {
        long bytes = arrays * layout.arrayBytes();
        put(kind, Tier.DEVICE, layout.records(), arena(make.of(device, "optimizer states")), bytes);
        put(kind, Tier.HOST, layout.records(), arena(make.of(host, "optimizer states")), bytes);
    }

    /// Gives every record of a kind that lives on a tier its memory.
    private void put(Kind kind, Tier tier, int records, TensorArena arena, long bytes) {
        for (int record = 0; record < records; record++) {
            if (plan.home(kind, record) == tier) {
                homes.computeIfAbsent(kind, k -> new HashMap<>()).put(record, aligned(arena, bytes));
            }
        }
    }

    private static MemorySegment aligned(TensorArena arena, long bytes) {
        return arena.allocateBytes(bytes, ChunkLayout.CHUNK_ALIGNMENT_BYTES);
    }

    /// Gradients pass through as few slots as there are blocks whose gradients leave.
    private int slots() {
        long leaving = plan.homes(Kind.GRADIENT).subList(0, layout.blocks()).stream()
                .filter(tier -> tier != Tier.DEVICE)
                .count();
        return (int) Math.min(leaving, plan.gradientSlots());
    }

    /// Host memory for values that live on the device, or pass by, while the host computes with them.
    private void staging(Clipping clipping, TensorArena arena) {
        boolean gradients = false;
        boolean masters = false;
        boolean moments = false;
        for (int record = 0; record < layout.records(); record++) {
            if (!plan.isUpdatedOnDevice(record)) {
                gradients |= clipping == Clipping.OFF || plan.home(Kind.GRADIENT, record) == Tier.DEVICE;
                masters |= plan.home(Kind.MASTER, record) == Tier.DEVICE;
                moments |= plan.home(Kind.MOMENTS, record) == Tier.DEVICE;
            }
        }
        if (gradients) {
            staging.put(Kind.GRADIENT, aligned(arena, layout.arrayBytes()));
        }
        if (masters) {
            staging.put(Kind.MASTER, aligned(arena, layout.arrayBytes()));
        }
        if (moments) {
            staging.put(Kind.MOMENTS, aligned(arena, 2 * layout.arrayBytes()));
        }
    }

    /// An arena on the device for parameters, which come in other sizes than records.
    TensorArena parameters() {
        return arenas.getFirst();
    }

    boolean has(Kind kind, int record) {
        return homes.getOrDefault(kind, Map.of()).containsKey(record);
    }

    /// Memory of a kind of a record that lives in memory.
    MemorySegment home(Kind kind, int record) {
        return Objects.requireNonNull(
                homes.getOrDefault(kind, Map.of()).get(record), () -> kind + " of record " + record);
    }

    /// Where updates write the parameters of a record.
    MemorySegment parameterTarget(int record) {
        return plan.home(Kind.PARAMETER, record) == Tier.DISK ? writtenParameters : home(Kind.PARAMETER, record);
    }

    /// Where parameters are written before they go to the disk.
    MemorySegment writtenParameters() {
        return writtenParameters;
    }

    /// Where parameters that live elsewhere are computed with.
    List<MemorySegment> parameterSlots() {
        return parameterSlots;
    }

    /// Host memory that parameters on disk are read into where the disk cannot write to the device; else none.
    List<MemorySegment> parameterBuffers() {
        return parameterBuffers;
    }

    /// Gradients outside the blocks, record after record.
    MemorySegment outsideGradients() {
        return outsideGradients;
    }

    /// Where gradients of blocks are added up that do not stay.
    List<MemorySegment> gradientSlots() {
        return gradientSlots;
    }

    /// Where gradients pass that wait on disk.
    List<MemorySegment> gradientBuffers() {
        return gradientBuffers;
    }

    /// Host memory for one record of a kind, where any has to be copied for an update.
    @Nullable
    MemorySegment staging(Kind kind) {
        return staging.get(kind);
    }

    long allocations() {
        return arenas.stream().mapToLong(TensorArena::allocations).sum();
    }

    long bytes() {
        return arenas.stream().mapToLong(TensorArena::allocatedBytes).sum();
    }

    @Override
    public void close() {
        arenas.forEach(TensorArena::close);
    }
}
