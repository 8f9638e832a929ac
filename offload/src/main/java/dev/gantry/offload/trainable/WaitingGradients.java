package dev.gantry.offload.trainable;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.offload.Tier;
import dev.gantry.offload.io.AlignedSpan;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.IoQueue;
import dev.gantry.offload.io.IoRequest;
import dev.gantry.offload.trainable.TrainableMemory.Clipping;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Gradients that wait on disk for the norm of all of them: written beside the backward, in a file that vanishes with
/// the process, and read again, ahead, in the order of updates. For one thread at a time.
final class WaitingGradients implements AutoCloseable {
    /// One being copied or read from, one with the disk.
    private static final int BUFFERS = 2;

    private final RecordLayout layout;
    private final int[] records; // by place in the file
    private final BlockFile file;
    private final List<MemorySegment> buffers;
    private final ElementKernels copies;
    private final @Nullable IoRequest[] requests; // the last of each buffer
    private final IoQueue queue = new IoQueue("gantry-gradients");
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong bytesWritten = new AtomicLong();
    private int written;
    private int asked;
    private int taken;

    /// @param file with room for {@link #fileBytes}; closed with this
    /// @param buffers in host memory, {@link #buffers} of {@link #recordBytes}
    /// @param copies from where gradients are added up
    WaitingGradients(
            RecordLayout layout,
            TrainablePlan plan,
            BlockFile file,
            List<MemorySegment> buffers,
            ElementKernels copies) {
        this.copies = copies;
        this.layout = layout;
        this.records = DiskShelves.records(layout, plan, Kind.GRADIENT);
        this.file = file;
        this.buffers = List.copyOf(buffers);
        this.requests = new IoRequest[buffers.size()];
    }

    /// Gradients that go to the disk in a step: without clipping none has to wait.
    static int count(TrainablePlan plan, Clipping clipping) {
        return switch (clipping) {
            case ON -> plan.count(Kind.GRADIENT, Tier.DISK);
            case OFF -> 0;
        };
    }

    /// Host memory that they pass through, in records.
    static int buffers(TrainablePlan plan, Clipping clipping) {
        return Math.min(BUFFERS, count(plan, clipping));
    }

    /// What a record takes of file and buffers.
    static long recordBytes(RecordLayout layout) {
        return AlignedSpan.roundUp(layout.arrayBytes());
    }

    static long fileBytes(RecordLayout layout, TrainablePlan plan, Clipping clipping) {
        return count(plan, clipping) * recordBytes(layout);
    }

    /// Writes a record; `from` is free when this returns.
    ///
    /// @throws dev.gantry.engine.GantryException when the disk failed, for any record so far
    void write(int record, MemorySegment from) {
        int buffer = written++ % buffers.size();
        await(buffer);
        MemorySegment memory = buffers.get(buffer);
        copies.copyBytes(from, memory.asSlice(0, from.byteSize()));
        requests[buffer] = queue.write(file, place(record) * recordBytes(layout), memory);
        bytesWritten.addAndGet(recordBytes(layout));
    }

    /// Waits until all that was written is with the disk.
    ///
    /// @throws dev.gantry.engine.GantryException when it failed
    void settle() {
        for (int buffer = 0; buffer < requests.length; buffer++) {
            await(buffer);
        }
        written = 0;
    }

    /// Begins to read all records, in the order of updates.
    void beginRead() {
        settle();
        asked = 0;
        taken = 0;
        while (asked < buffers.size()) {
            ask();
        }
    }

    private void ask() {
        int buffer = asked % buffers.size();
        requests[buffer] = queue.read(file, asked * recordBytes(layout), buffers.get(buffer));
        bytesRead.addAndGet(recordBytes(layout));
        asked++;
    }

    /// The next record; the one that was taken before is free.
    ///
    /// @throws dev.gantry.engine.GantryException when the disk failed
    MemorySegment take(int record) {
        if (taken == records.length || records[taken] != record) {
            throw new IllegalStateException("the gradient of record " + record + " was asked for out of turn");
        }
        if (taken > 0 && asked < records.length) {
            ask();
        }
        int buffer = taken++ % buffers.size();
        await(buffer);
        return buffers.get(buffer);
    }

    private void await(int buffer) {
        IoRequest request = requests[buffer];
        if (request != null) {
            request.await();
            requests[buffer] = null;
        }
    }

    private int place(int record) {
        for (int place = 0; place < records.length; place++) {
            if (records[place] == record) {
                return place;
            }
        }
        throw new IllegalArgumentException("the gradient of record " + record + " does not live on disk");
    }

    long bytesRead() {
        return bytesRead.get();
    }

    long bytesWritten() {
        return bytesWritten.get();
    }

    @Override
    public void close() {
        queue.close();
        file.close();
    }
}
