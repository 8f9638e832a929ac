package dev.gantry.offload.io;

import dev.gantry.engine.GantryException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Bytes on their way between a file and memory, which belongs to the disk until the request is done.
public final class IoRequest {
    private final BlockFile file;
    private final long offset;
    private final MemorySegment memory;
    private final long needed;
    private final boolean writing;
    private final int blockBytes;
    private final Runnable whenDone;

    private long next;
    private int running;
    private boolean told;
    private @Nullable RuntimeException failure;

    private IoRequest(
            BlockFile file,
            long offset,
            MemorySegment memory,
            long needed,
            boolean writing,
            int blockBytes,
            Runnable whenDone) {
        if (needed < 1) {
            throw new IllegalArgumentException("a request for " + needed + " bytes");
        }
        this.file = file;
        this.offset = offset;
        this.memory = memory;
        this.needed = needed;
        this.writing = writing;
        this.blockBytes = blockBytes;
        this.whenDone = whenDone;
    }

    static IoRequest read(
            BlockFile file, long offset, MemorySegment into, long needed, int blockBytes, Runnable whenDone) {
        return new IoRequest(file, offset, into, needed, false, blockBytes, whenDone);
    }

    static IoRequest write(BlockFile file, long offset, MemorySegment from, int blockBytes, Runnable whenDone) {
        return new IoRequest(file, offset, from, from.byteSize(), true, blockBytes, whenDone);
    }

    /// Waits until the disk has done with the memory, also when the thread is interrupted meanwhile.
    ///
    /// @throws GantryException when any part of it failed
    /// @throws CancellationException when it was cancelled before it was done
    public void await() {
        synchronized (this) {
            while (!isDone()) {
                Uninterrupted.await(this);
            }
            if (failure != null) {
                throw failure;
            }
        }
    }

    /// Whether the disk has done with the memory, well or not.
    public synchronized boolean isDone() {
        return running == 0 && !hasMore();
    }

    /// Does not begin what has not begun; what has is still to be awaited.
    public void cancel() {
        stop(new CancellationException("the request was cancelled"));
    }

    void stop(RuntimeException reason) {
        synchronized (this) {
            if (hasMore()) {
                failure = reason;
            }
        }
        tellWhenDone();
    }

    private boolean hasMore() {
        return failure == null && next < needed;
    }

    /// The next part for a thread, none when all are given out or one has failed.
    synchronized @Nullable Block nextBlock() {
        if (!hasMore()) {
            return null;
        }
        long at = next;
        next += blockBytes;
        running++;
        return new Block(at, Math.min(blockBytes, memory.byteSize() - at));
    }

    private void end(@Nullable RuntimeException cause) {
        synchronized (this) {
            running--;
            if (failure == null) {
                failure = cause;
            }
        }
        tellWhenDone();
    }

    private void tellWhenDone() {
        synchronized (this) {
            if (told || !isDone()) {
                return;
            }
            told = true;
            notifyAll();
        }
        whenDone.run();
    }

    /// One part of a request, moved by one thread.
    final class Block {
        private final long at;
        private final long bytes;

        private Block(long at, long bytes) {
            this.at = at;
            this.bytes = bytes;
        }

        boolean writing() {
            return writing;
        }

        /// Moves the part, adds it to the counter and only then counts it as done.
        void move(AtomicLong counter) {
            RuntimeException cause = new IllegalStateException("a thread of the queue died");
            try {
                MemorySegment part = memory.asSlice(at, bytes);
                long wanted = Math.min(bytes, needed - at);
                if (writing) {
                    file.write(offset + at, part);
                } else {
                    file.read(offset + at, part, wanted);
                }
                counter.addAndGet(wanted);
                cause = null;
            } catch (RuntimeException e) {
                cause = e;
            } finally {
                end(cause);
            }
        }
    }
}
