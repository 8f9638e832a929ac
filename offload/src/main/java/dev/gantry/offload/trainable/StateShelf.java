package dev.gantry.offload.trainable;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.offload.Tier;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One kind of states of all records, each at its home: brings a record to where the host can compute with it, and
/// back. For one thread at a time.
final class StateShelf implements AutoCloseable {
    private final Kind kind;
    private final int arrays;
    private final RecordLayout layout;
    private final List<Tier> homes;
    private final @Nullable TrainableMemory memory;
    private final @Nullable DiskRecords disk;
    private final @Nullable ElementKernels copies;
    private final Traffic.Count traffic;

    /// @param memory of what lives there; null when nothing does that will be asked for
    /// @param disk of what lives there; null when nothing does
    /// @param copies between device and host; null when nothing lives on the device that will be asked for
    StateShelf(
            Kind kind,
            int arrays,
            RecordLayout layout,
            TrainablePlan plan,
            @Nullable TrainableMemory memory,
            @Nullable DiskRecords disk,
            @Nullable ElementKernels copies,
            Traffic.Count traffic) {
        this.copies = copies;
        this.kind = kind;
        this.arrays = arrays;
        this.layout = layout;
        this.homes = plan.homes(kind);
        this.memory = memory;
        this.disk = disk;
        this.traffic = traffic;
    }

    /// Begins to write all records for the first time.
    void beginFill(long step) {
        if (disk != null) {
            disk.fill(step);
        }
    }

    /// Begins to rewrite all records.
    void beginUpdate(long step) {
        if (disk != null) {
            disk.update(step);
        }
    }

    /// Begins to read some records.
    void beginRead(int[] records) {
        if (disk != null) {
            disk.read(records);
        }
    }

    /// Values of a record, in the order that was begun; those on the device as a copy.
    Values take(int record) {
        return switch (homes.get(record)) {
            case HOST -> onSpot(record);
            case DISK -> disk().take(record, arrays);
            case DEVICE -> {
                MemorySegment home = memory().home(kind, record);
                MemorySegment copy = Objects.requireNonNull(memory().staging(kind));
                copies().copyBytes(home, copy.asSlice(0, home.byteSize()));
                traffic.toHost(home.byteSize());
                yield split(record, copy);
            }
        };
    }

    /// Gives a record back, changed.
    void put(Values values) {
        switch (homes.get(values.record())) {
            case HOST -> {}
            case DISK -> disk().put();
            case DEVICE -> {
                MemorySegment home = memory().home(kind, values.record());
                MemorySegment copy = Objects.requireNonNull(memory().staging(kind));
                copies().copyBytes(copy.asSlice(0, home.byteSize()), home);
                traffic.toDevice(home.byteSize());
            }
        }
    }

    /// Values of a record in memory where they lie, for whoever can read them there.
    Values onSpot(int record) {
        return split(record, memory().home(kind, record));
    }

    private Values split(int record, MemorySegment all) {
        List<MemorySegment> parts = new ArrayList<>();
        for (int array = 0; array < arrays; array++) {
            parts.add(all.asSlice(array * layout.arrayBytes(), layout.arrayBytes()));
        }
        return new Values(record, List.copyOf(parts));
    }

    /// Values of a record to be read only or filled: where they lie, or from the disk.
    Values takeAnywhere(int record) {
        return homes.get(record) == Tier.DISK ? take(record) : onSpot(record);
    }

    /// Gives back what was taken anywhere.
    void putAnywhere(Values values) {
        if (homes.get(values.record()) == Tier.DISK) {
            put(values);
        }
    }

    void finish() {
        if (disk != null) {
            disk.finish();
        }
    }

    void checkpoint() {
        if (disk != null) {
            disk.checkpoint();
        }
    }

    void resumeFrom(long step) {
        if (disk != null) {
            disk.resumeFrom(step);
        }
    }

    boolean isOnDisk(int record) {
        return homes.get(record) == Tier.DISK;
    }

    private TrainableMemory memory() {
        return Objects.requireNonNull(memory);
    }

    private ElementKernels copies() {
        return Objects.requireNonNull(copies);
    }

    private DiskRecords disk() {
        return Objects.requireNonNull(disk);
    }

    long bytesRead() {
        return disk == null ? 0 : disk.bytesRead();
    }

    long bytesWritten() {
        return disk == null ? 0 : disk.bytesWritten();
    }

    @Override
    public void close() {
        if (disk != null) {
            disk.close();
        }
    }
}
