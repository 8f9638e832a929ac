package dev.gantry.offload.io;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Moves blocks between files and memory with several of them in flight, in the order they were asked for.
///
/// A request is cut into blocks, so that one large request keeps the disk as busy as many small ones. Nothing is said
/// about the order in which requests end: who needs one after another awaits the first. The threads are its own and are
/// never interrupted, since an interrupt closes a channel for everybody.
public final class IoQueue implements AutoCloseable {
    /// Large enough for the full rate of every disk we measured, small enough to share it out evenly.
    public static final int BLOCK_BYTES = 4 << 20;
    /// Enough for the full rate; more threads only wait for each other.
    public static final int IN_FLIGHT = 4;

    private final int blockBytes;
    private final List<Thread> threads = new ArrayList<>();
    private final Deque<IoRequest> waiting = new ArrayDeque<>();
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong bytesWritten = new AtomicLong();
    private boolean closed;

    public IoQueue(String name) {
        this(name, IN_FLIGHT, BLOCK_BYTES);
    }

    /// @param inFlight how many blocks the disk has to do at once
    /// @param blockBytes a multiple of {@link BlockFile#ALIGNMENT_BYTES}
    public IoQueue(String name, int inFlight, int blockBytes) {
        if (inFlight < 1 || blockBytes < 1 || blockBytes % BlockFile.ALIGNMENT_BYTES != 0) {
            throw new IllegalArgumentException(inFlight + " in flight, blocks of " + blockBytes);
        }
        this.blockBytes = blockBytes;
        for (int i = 0; i < inFlight; i++) {
            threads.add(Thread.ofPlatform().daemon().name(name + "-" + i).start(this::work));
        }
    }

    /// Asks for `into` to be filled from `offset` on.
    public IoRequest read(BlockFile file, long offset, MemorySegment into) {
        return read(file, offset, into, into.byteSize());
    }

    /// Asks for at least the first `needed` bytes of `into` to be filled: the rest may lie behind the end of the file.
    public IoRequest read(BlockFile file, long offset, MemorySegment into, long needed) {
        return read(file, offset, into, needed, () -> {});
    }

    /// As above, and tells when the request is done.
    ///
    /// @param whenDone called once by a thread of the queue, or by the one that cancels; neither throws nor waits
    public IoRequest read(BlockFile file, long offset, MemorySegment into, long needed, Runnable whenDone) {
        return submit(IoRequest.read(file, offset, into, needed, blockBytes, whenDone));
    }

    /// Asks for all of `from` to be written at `offset`.
    public IoRequest write(BlockFile file, long offset, MemorySegment from) {
        return write(file, offset, from, () -> {});
    }

    /// As above, and tells when the request is done.
    ///
    /// @param whenDone called once by a thread of the queue, or by the one that cancels; neither throws nor waits
    public IoRequest write(BlockFile file, long offset, MemorySegment from, Runnable whenDone) {
        return submit(IoRequest.write(file, offset, from, blockBytes, whenDone));
    }

    /// What has been read so far, without what direct I/O fetches around it.
    public long bytesRead() {
        return bytesRead.get();
    }

    public long bytesWritten() {
        return bytesWritten.get();
    }

    private synchronized IoRequest submit(IoRequest request) {
        if (closed) {
            throw new IllegalStateException("the queue is closed");
        }
        waiting.add(request);
        notifyAll();
        return request;
    }

    private void work() {
        for (IoRequest.Block block = take(); block != null; block = take()) {
            block.move(block.writing() ? bytesWritten : bytesRead);
        }
    }

    private synchronized IoRequest.@Nullable Block take() {
        while (true) {
            IoRequest first = waiting.peek();
            if (first != null) {
                IoRequest.Block block = first.nextBlock();
                if (block != null) {
                    return block;
                }
                waiting.remove();
            } else if (closed) {
                return null;
            } else {
                Uninterrupted.await(this);
            }
        }
    }

    /// Cancels what has not begun, waits for what has, and ends the threads; memory may be freed afterwards.
    @Override
    public void close() {
        List<IoRequest> cancelled;
        synchronized (this) {
            closed = true;
            cancelled = List.copyOf(waiting);
            notifyAll();
        }
        // not under the lock: whoever is told may be about to ask for more
        cancelled.forEach(request -> request.stop(new CancellationException("the queue was closed")));
        threads.forEach(Uninterrupted::join);
    }
}
