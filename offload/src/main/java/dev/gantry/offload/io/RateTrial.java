package dev.gantry.offload.io;

import dev.gantry.engine.GantryException;
import dev.gantry.offload.io.DiskRate.Way;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Moves blocks of a file in one way, round and round, until its time is up. Every way goes through the same memory,
/// which no cache holds: into a few blocks that a cache holds a disk seems faster than into weights.
final class RateTrial {
    private final BlockFile file;
    private final MemorySegment memory;
    private final boolean writing;
    private final Way way;
    private final long nanos;

    private final AtomicLong next = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();
    private final AtomicReference<@Nullable GantryException> failure = new AtomicReference<>();
    private final long start = System.nanoTime();

    RateTrial(BlockFile file, MemorySegment memory, boolean writing, Way way, Duration time) {
        this.file = file;
        this.memory = memory;
        this.writing = writing;
        this.way = way;
        this.nanos = time.toNanos();
    }

    /// The disk by itself: bare attempts on as many threads, nothing checked.
    Way plain() {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < way.inFlight(); i++) {
            threads.add(Thread.ofPlatform().daemon().name("disk-probe-" + i).start(this::moveBlocks));
        }
        threads.forEach(Uninterrupted::join);
        GantryException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return result();
    }

    private void moveBlocks() {
        try {
            while (hasTime()) {
                long number = next.getAndIncrement();
                MemorySegment block = block(number);
                moved.addAndGet(writing ? file.writeSome(offset(number), block) : file.readSome(offset(number), block));
            }
        } catch (IOException e) {
            failure.set(
                    writing ? IoFault.write(file, 0, way.blockBytes(), e) : IoFault.read(file, 0, way.blockBytes(), e));
        }
    }

    /// The way of offloading: whole requests, twice as many as are in flight, every block checked.
    Way queued() {
        try (IoQueue queue = new IoQueue("disk-probe", way.inFlight(), way.blockBytes())) {
            Deque<IoRequest> requests = new ArrayDeque<>();
            do {
                if (requests.size() == 2 * way.inFlight()) {
                    requests.remove().await();
                }
                long number = next.getAndIncrement();
                MemorySegment block = block(number);
                requests.add(
                        writing ? queue.write(file, offset(number), block) : queue.read(file, offset(number), block));
            } while (hasTime());
            requests.forEach(IoRequest::await);
            moved.set(writing ? queue.bytesWritten() : queue.bytesRead());
            return result();
        }
    }

    private boolean hasTime() {
        return System.nanoTime() - start < nanos;
    }

    /// Where a block goes; what is in it does not matter.
    private MemorySegment block(long number) {
        long blocks = memory.byteSize() / way.blockBytes();
        return memory.asSlice(number % blocks * way.blockBytes(), way.blockBytes());
    }

    private long offset(long number) {
        long blocks = file.size() / way.blockBytes();
        return number % blocks * way.blockBytes();
    }

    private Way result() {
        if (writing) {
            // counted with it, so that no cache flatters the disk
            file.force();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Way(way.blockBytes(), way.inFlight(), moved.get() / seconds);
    }
}
