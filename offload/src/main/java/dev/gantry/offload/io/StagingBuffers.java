package dev.gantry.offload.io;

import dev.gantry.engine.tensor.HugePages;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;

/// A fixed number of aligned buffers between disk and device, in huge pages where the system has them.
///
/// Direct I/O hands the disk a list of pages; with 4 KiB pages that list is full long before the block is, and the same
/// disk gives a third of its rate.
public final class StagingBuffers implements AutoCloseable {
    private final long bufferBytes;
    private final Deque<MemorySegment> free = new ArrayDeque<>();
    private final MemorySegment all;
    private boolean closed;

    /// Takes all buffers from `arena` at once.
    ///
    /// @param bufferBytes rounded up to {@link BlockFile#ALIGNMENT_BYTES}
    public StagingBuffers(TensorArena arena, int count, long bufferBytes) {
        this.bufferBytes = AlignedSpan.roundUp(bufferBytes);
        long total = count * this.bufferBytes;
        all = arena.allocateBytes(total, alignment(total));
        if (arena.holdsMemory()) {
            HugePages.back(all);
        }
        for (int i = 0; i < count; i++) {
            free.add(all.asSlice(i * this.bufferBytes, this.bufferBytes));
        }
    }

    /// What so many buffers take from an arena.
    public static long takenBytes(int count, long bufferBytes) {
        return count * AlignedSpan.roundUp(bufferBytes);
    }

    private static long alignment(long total) {
        long page = HugePages.pageBytes();
        return page > 0 && page <= total ? page : BlockFile.ALIGNMENT_BYTES;
    }

    public long bufferBytes() {
        return bufferBytes;
    }

    /// A buffer with whatever was last in it; waits until one is given back.
    ///
    /// @throws CancellationException when the buffers are closed
    public synchronized MemorySegment acquire() {
        while (free.isEmpty() && !closed) {
            Uninterrupted.await(this);
        }
        if (closed) {
            throw new CancellationException("the buffers were closed");
        }
        return free.remove();
    }

    /// Gives a buffer back, which no request may still use.
    public synchronized void release(MemorySegment buffer) {
        long place = buffer.address() - all.address();
        boolean ours = place >= 0 && place % bufferBytes == 0 && place < all.byteSize();
        if (!ours || buffer.byteSize() != bufferBytes || free.contains(buffer)) {
            throw new IllegalArgumentException("not a buffer of these that is in use");
        }
        free.add(buffer);
        notifyAll();
    }

    public synchronized int freeBuffers() {
        return free.size();
    }

    /// Wakes whoever waits; the memory goes with its arena.
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
