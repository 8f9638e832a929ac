package dev.gantry.offload.frozen;

import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.offload.frozen.ChunkHome.OnDevice;
import dev.gantry.offload.io.FileIdentity;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/// Blocks of a model larger than the device: some always there, the others copied into a ring of slots just in time.
///
/// Nothing is allocated after construction but the schedule of a sweep.
final class StreamedLayers implements LayerSource {
    private final List<ChunkHome> homes;
    private final List<FileIdentity> files;
    private final List<LayerWeights> slotWeights; // as of block 0
    private final int[] streamed;
    private final SlotRing ring;
    private final ChunkCopier copier;
    private final Thread loader;

    /// @param homes of all blocks
    /// @param files that blocks are read from; checked at the start of each sweep
    /// @param ready layout of a slot
    /// @param lead visits that a copy should be ahead, see {@link RingSchedule#of}
    StreamedLayers(
            List<ChunkHome> homes,
            List<FileIdentity> files,
            ChunkLayout ready,
            List<MemorySegment> slots,
            int lead,
            ChunkCopier copier) {
        this.homes = List.copyOf(homes);
        this.files = List.copyOf(files);
        this.slotWeights = slots.stream().map(slot -> ready.weights(0, slot)).toList();
        this.streamed = IntStream.range(0, homes.size())
                .filter(layer -> !(homes.get(layer) instanceof OnDevice))
                .toArray();
        this.ring = new SlotRing(homes, slots, lead);
        this.copier = copier;
        this.loader = Thread.ofPlatform().daemon().name("gantry-loader").start(this::load);
    }

    @Override
    public void begin(Sweep sweep) {
        files.forEach(FileIdentity::check);
        ring.begin(
                switch (sweep) {
                    case FORWARD -> RingSchedule.forward(streamed);
                    case FORWARD_BACKWARD -> RingSchedule.forwardAndBack(streamed);
                });
    }

    @Override
    public LayerWeights acquire(int layer) {
        if (homes.get(layer) instanceof OnDevice(LayerWeights weights)) {
            return weights;
        }
        LayerWeights weights = slotWeights.get(ring.acquire(layer));
        return new LayerWeights(layer, weights.linears(), weights.norms());
    }

    @Override
    public void release(LayerWeights weights) {
        if (!(homes.get(weights.layer()) instanceof OnDevice)) {
            ring.release(weights.layer());
        }
    }

    Transfers transfers() {
        return ring.transfers();
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

    /// Ends the loader; slots and homes may be freed afterwards.
    @Override
    public void close() {
        ring.close();
        boolean interrupted = false;
        while (loader.isAlive()) {
            try {
                loader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
