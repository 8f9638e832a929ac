package dev.gantry.engine.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Addresses of a card as segments that have an address and a size, and that no thread may touch: they belong to one
/// that has ended. Who reads or writes one is refused by Java, where the card's address would end the process.
final class Unreachable {
    private static final MemorySegment EVERYTHING = ofEndedThread();

    private Unreachable() {}

    static MemorySegment segment(long address, long bytes) {
        return EVERYTHING.asSlice(address, bytes);
    }

    /// Whether a segment is one of these.
    static boolean holds(MemorySegment segment) {
        return !segment.isAccessibleBy(Thread.currentThread());
    }

    private static MemorySegment ofEndedThread() {
        Everything everything = new Everything();
        Thread thread = Thread.ofPlatform().start(everything);
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return Objects.requireNonNull(everything.segment);
    }

    /// Makes the segment in a thread that ends; a class of its own, for this one is not ready before.
    private static final class Everything implements Runnable {
        private @Nullable MemorySegment segment;

        @Override
        @SuppressWarnings("restricted") // nothing can be read through it
        public void run() {
            segment = MemorySegment.NULL.reinterpret(Long.MAX_VALUE, Arena.ofConfined(), null);
        }
    }
}
