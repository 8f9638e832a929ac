package dev.gantry.offload.trainable;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.LayerSource;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.ChunkLayout;
import dev.gantry.offload.frozen.PassingBlocks;
import dev.gantry.offload.frozen.PassingBlocks.Home;
import dev.gantry.offload.frozen.Transfers;
import dev.gantry.offload.io.BlockFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Parameters of blocks that do not live on the device: they pass through it in every sweep. Those on disk lie in a
/// file that vanishes with the process, since masters make them anew.
final class PassingParameters implements AutoCloseable {
    private final TrainablePlan plan;
    private final ChunkLayout ready;
    private final MemorySegment written;
    private final @Nullable BlockFile file;
    private final PassingBlocks blocks;
    private final AtomicLong bytesWritten = new AtomicLong();

    /// @param folder for those on disk
    /// @throws GantryException when the disk has no room
    PassingParameters(
            Backend backend,
            RecordLayout layout,
            TrainablePlan plan,
            ChunkLayout ready,
            TrainableMemory memory,
            @Nullable Path folder,
            DiskShelves.Opener opener) {
        this.plan = plan;
        this.ready = ready;
        int onDisk = plan.count(Kind.PARAMETER, Tier.DISK);
        this.file = onDisk == 0 ? null : DiskShelves.scratch(opener, "parameters", folder, onDisk * ready.bytes());
        this.written = memory.writtenParameters();
        List<Home> homes = new ArrayList<>();
        for (int block = 0; block < layout.blocks(); block++) {
            homes.add(
                    switch (plan.home(Kind.PARAMETER, block)) {
                        case DEVICE -> new Home.Device(memory.home(Kind.PARAMETER, block));
                        case HOST -> new Home.Host(memory.home(Kind.PARAMETER, block));
                        case DISK -> new Home.Disk(Objects.requireNonNull(file), place(block));
                    });
        }
        boolean complete = false;
        try {
            blocks = new PassingBlocks(backend, ready, homes, memory.parameterSlots(), memory.parameterBuffers());
            complete = true;
        } finally {
            if (!complete && file != null) {
                file.close();
            }
        }
    }

    private long place(int block) {
        long before = plan.homes(Kind.PARAMETER).subList(0, block).stream()
                .filter(tier -> tier == Tier.DISK)
                .count();
        return before * ready.bytes();
    }

    LayerSource layers() {
        return blocks.layers();
    }

    /// All values of a record have been written to where it is changed; those that live on disk go there.
    void written(int record) {
        if (plan.home(Kind.PARAMETER, record) == Tier.DISK) {
            Objects.requireNonNull(file).write(place(record), written);
            bytesWritten.addAndGet(ready.bytes());
        }
    }

    /// An update is over: what lies on the device is old.
    void changed() {
        blocks.changed();
    }

    /// Whether a block's parameters live off the device.
    boolean holds(int block) {
        return plan.home(Kind.PARAMETER, block) != Tier.DEVICE;
    }

    /// These counts and what passed through the device.
    Traffic with(Traffic updates) {
        Transfers loads = blocks.transfers();
        return new Traffic(
                updates.toHost(),
                updates.toDevice() + loads.bytesFromHost() + loads.bytesFromDisk(),
                updates.diskRead() + loads.bytesRead(),
                updates.diskWritten() + bytesWritten.get());
    }

    @Override
    public void close() {
        blocks.close();
        if (file != null) {
            file.close();
        }
    }
}
