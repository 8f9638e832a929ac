package dev.gantry.offload.frozen;

import dev.gantry.offload.io.FileIdentity;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A ring of slots with the thread that fills it.
final class RingLoader implements AutoCloseable {
    private final List<FileIdentity> files;
    private final SlotRing ring;
    private final ChunkCopier copier;
    private final Thread thread;

    /// @param homes of all chunks that may pass through
    /// @param files that they are read from; checked at the start of each sweep
    /// @param lead visits that a copy should be ahead, see {@link RingSchedule#of}
    RingLoader(
            List<ChunkHome> homes, List<FileIdentity> files, List<MemorySegment> slots, int lead, ChunkCopier copier) {
        this.files = List.copyOf(files);
        this.ring = new SlotRing(homes, slots, lead);
        this.copier = copier;
        this.thread = Thread.ofPlatform().daemon().name("gantry-loader").unstarted(this::load);
        if (!slots.isEmpty()) {
            thread.start();
        }
    }

    /// Begins a sweep over chunks in the order of `visits`.
    ///
    /// @throws dev.gantry.engine.GantryException when a file is no longer what it was
    void begin(int[] visits) {
        files.forEach(FileIdentity::check);
        ring.begin(visits);
    }

    SlotRing ring() {
        return ring;
    }

    private void load() {
        while (ring.awaitSweep()) {
            try {
                copier.run(ring);
                ring.copied(null);
            } catch (RuntimeException | Error e) { // handed to the pass, which throws it
                ring.copied(e);
            }
        }
    }

    /// Ends the thread; slots and homes may be freed afterwards.
    @Override
    public void close() {
        ring.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
