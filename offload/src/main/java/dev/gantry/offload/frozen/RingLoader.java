package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.Backend;
import dev.gantry.offload.io.FileIdentity;
import dev.gantry.offload.io.Uninterrupted;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A ring of slots with the thread that fills it.
final class RingLoader implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RingLoader.class.getName());
    /// No disk that answers takes so long for one chunk.
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final List<FileIdentity> files;
    private final List<SlotRing.Slot> slots;
    private final SlotRing ring;
    private final ChunkCopier copier;
    private final Thread thread;

    /// @param homes of all chunks that may pass through
    /// @param files that the sweep reads; checked at its start and at its end
    /// @param lead visits that a copy should be ahead, see {@link RingSchedule#of}
    RingLoader(
            Backend backend,
            List<ChunkHome> homes,
            List<FileIdentity> files,
            List<MemorySegment> memory,
            int lead,
            ChunkCopier copier) {
        this.files = List.copyOf(files);
        this.slots = memory.stream()
                .map(slot -> new SlotRing.Slot(slot, backend.mark()))
                .toList();
        this.ring = new SlotRing(homes, slots, lead, new SlotRing.Delays(SLOW_NANOS, this::tell));
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

    /// Ends a sweep: nobody uses what it computed when a file changed meanwhile.
    ///
    /// @throws dev.gantry.engine.GantryException when a file is no longer what it was
    void end() {
        files.forEach(FileIdentity::check);
    }

    SlotRing ring() {
        return ring;
    }

    private void tell(int chunk, long nanos) {
        LOG.log(
                Level.WARNING,
                "block {0} of the weights has been awaited for {1} s: the disk of {2} is slow or does not answer",
                chunk,
                TimeUnit.NANOSECONDS.toSeconds(nanos),
                files.stream().map(FileIdentity::path).toList());
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
        Uninterrupted.join(thread);
        slots.forEach(slot -> slot.read().close());
    }
}
