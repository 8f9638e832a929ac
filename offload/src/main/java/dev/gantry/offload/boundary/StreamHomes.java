package dev.gantry.offload.boundary;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.pass.BoundaryPlacement;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.io.AlignedSpan;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.IoQueue;
import dev.gantry.offload.io.StagingBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where items of the stream live: memory of the device or the host, or a file that vanishes with the process.
final class StreamHomes implements AutoCloseable {
    private final BoundaryPlan plan;
    private final int microBatches;
    private final MemorySegment[] memory; // of items that live in memory
    private final long[] places; // in the file, of those that live on disk
    private final TensorArena host;
    private final MemorySegment staging;
    private final @Nullable BlockFile file;
    private final @Nullable IoQueue queue;
    private final MemorySegment[] slots;
    private final @Nullable ElementKernels copies; // null where nothing is held

    /// Makes the file of what lives on disk.
    interface Opener {
        BlockFile create(Path folder, long bytes) throws IOException;
    }

    /// @param device owns what lies on the device; an arena that only measures gets homes that hold nothing
    /// @throws GantryException when the disk has no room
    StreamHomes(
            Backend backend,
            BoundaryPlan plan,
            BoundaryPlacement.Extent extent,
            TensorArena device,
            MemoryAccount account,
            @Nullable Path folder,
            Opener opener) {
        this.plan = plan;
        this.copies = device.holdsMemory() ? backend.transferElements() : null;
        this.microBatches = extent.microBatches();
        long bytes = (long) extent.maxTokens() * extent.hidden() * DType.F32.bytes();
        int items = plan.homes().size() * microBatches;
        this.memory = new MemorySegment[items];
        this.places = new long[items];
        this.host = device.holdsMemory()
                ? new TensorArena(account, "boundary activations")
                : TensorArena.measuring(account, "boundary activations");
        boolean complete = false;
        try {
            long end = 0;
            for (int item = 0; item < items; item++) {
                switch (home(item)) {
                    case DEVICE -> memory[item] = device.allocateBytes(bytes);
                    case HOST -> memory[item] = host.allocateBytes(bytes);
                    case DISK -> {
                        places[item] = end;
                        end += AlignedSpan.roundUp(bytes);
                    }
                }
            }
            slots = new MemorySegment[plan.slots()];
            for (int slot = 0; slot < slots.length; slot++) {
                slots[slot] = device.allocateBytes(bytes);
            }
            staging = end == 0 ? MemorySegment.NULL : new StagingBuffers(host, 1, bytes).acquire();
            boolean opens = end > 0 && device.holdsMemory();
            file = opens ? create(folder, end, opener) : null;
            queue = opens ? new IoQueue("gantry-boundaries") : null;
            complete = true;
        } finally {
            if (!complete) {
                host.close();
            }
        }
    }

    private static BlockFile create(@Nullable Path folder, long bytes, Opener opener) {
        Path place = Objects.requireNonNull(folder, "the stream lives on disk, but there is no folder for it");
        try {
            return opener.create(place, bytes);
        } catch (IOException e) {
            throw GantryException.environment(
                            "STREAM-FILE-UNUSABLE",
                            "cannot keep boundary activations in " + place,
                            e.toString(),
                            "Give another disk folder, or more host memory.")
                    .causedBy(e);
        }
    }

    Tier home(int item) {
        return plan.homes().get(item / microBatches);
    }

    /// Memory of an item that lives on the device.
    MemorySegment onDevice(int item) {
        return memory[item];
    }

    MemorySegment slot(int slot) {
        return slots[slot];
    }

    /// Copies an item to a slot; for one thread at a time, as {@link #store}.
    ///
    /// @throws GantryException when the disk fails
    void load(int item, int slot, long bytes) {
        if (home(item) == Tier.HOST) {
            copy(memory[item], slots[slot], bytes);
            return;
        }
        MemorySegment part = staging.asSlice(0, AlignedSpan.roundUp(bytes));
        queue().read(file(), places[item], part).await();
        copy(part, slots[slot], bytes);
    }

    void store(int item, int slot, long bytes) {
        if (home(item) == Tier.HOST) {
            copy(slots[slot], memory[item], bytes);
            return;
        }
        MemorySegment part = staging.asSlice(0, AlignedSpan.roundUp(bytes));
        copy(slots[slot], part, bytes);
        queue().write(file(), places[item], part).await();
    }

    private void copy(MemorySegment from, MemorySegment to, long bytes) {
        Objects.requireNonNull(copies).copyBytes(from.asSlice(0, bytes), to.asSlice(0, bytes));
    }

    private BlockFile file() {
        return Objects.requireNonNull(file);
    }

    private IoQueue queue() {
        return Objects.requireNonNull(queue);
    }

    @Override
    public void close() {
        if (queue != null) {
            queue.close();
        }
        if (file != null) {
            file.close();
        }
        host.close();
    }
}
