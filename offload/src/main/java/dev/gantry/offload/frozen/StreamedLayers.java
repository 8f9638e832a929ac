package dev.gantry.offload.frozen;

import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.offload.frozen.ChunkHome.OnDevice;
import dev.gantry.offload.frozen.ChunkHome.OnHost;
import dev.gantry.offload.io.FileIdentity;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Blocks of a model larger than the device: some always there, the others copied into a ring of slots just in time.
///
/// For a few rows those in host memory are not copied: a copy would read them as a product does, so they are computed
/// where they lie.
///
/// Nothing is allocated after construction but the schedule of a sweep.
final class StreamedLayers implements LayerSource {
    private final List<ChunkHome> homes;
    private final List<FileIdentity> files;
    private final List<LayerWeights> slotWeights; // as of block 0
    private final List<Optional<LayerWeights>> inPlace; // of blocks in host memory that are ready as they lie there
    private final int mostRowsInPlace;
    private final int[] streamed;
    private final int[] streamedForFewRows;
    private final SlotRing ring;
    private final ChunkCopier copier;
    private final Thread loader;
    private volatile boolean fewRows;

    /// @param homes of all blocks
    /// @param files that blocks are read from; checked at the start of each sweep
    /// @param ready layout of a slot
    StreamedLayers(
            List<ChunkHome> homes,
            List<FileIdentity> files,
            ChunkLayout ready,
            List<MemorySegment> slots,
            FrozenPlan plan,
            ChunkCopier copier) {
        this.homes = List.copyOf(homes);
        this.files = List.copyOf(files);
        this.slotWeights = slots.stream().map(slot -> ready.weights(0, slot)).toList();
        this.inPlace = IntStream.range(0, homes.size())
                .mapToObj(layer -> inPlace(homes.get(layer), layer, ready))
                .toList();
        this.mostRowsInPlace = plan.mostRowsInPlace();
        this.streamed = IntStream.range(0, homes.size())
                .filter(layer -> !(homes.get(layer) instanceof OnDevice))
                .toArray();
        this.streamedForFewRows = IntStream.of(streamed)
                .filter(layer -> inPlace.get(layer).isEmpty())
                .toArray();
        this.ring = new SlotRing(homes, slots, plan.lead());
        this.copier = copier;
        this.loader = Thread.ofPlatform().daemon().name("gantry-loader").start(this::load);
    }

    private static Optional<LayerWeights> inPlace(ChunkHome home, int layer, ChunkLayout ready) {
        return home instanceof OnHost host && host.isReady()
                ? Optional.of(ready.weights(layer, host.chunk()))
                : Optional.empty();
    }

    @Override
    public void begin(Sweep sweep) {
        begin(sweep, Integer.MAX_VALUE);
    }

    @Override
    public void begin(Sweep sweep, int rows) {
        files.forEach(FileIdentity::check);
        fewRows = rows <= mostRowsInPlace;
        int[] blocks = fewRows ? streamedForFewRows : streamed;
        ring.begin(
                switch (sweep) {
                    case FORWARD -> RingSchedule.forward(blocks);
                    case FORWARD_BACKWARD -> RingSchedule.forwardAndBack(blocks);
                });
    }

    @Override
    public LayerWeights acquire(int layer) {
        Optional<LayerWeights> there = there(layer);
        if (there.isPresent()) {
            return there.get();
        }
        LayerWeights weights = slotWeights.get(ring.acquire(layer));
        return new LayerWeights(layer, weights.linears(), weights.norms());
    }

    /// A block that is computed where it lies in this sweep.
    private Optional<LayerWeights> there(int layer) {
        if (homes.get(layer) instanceof OnDevice(LayerWeights weights)) {
            return Optional.of(weights);
        }
        return fewRows ? inPlace.get(layer) : Optional.empty();
    }

    @Override
    public void release(LayerWeights weights) {
        if (there(weights.layer()).isEmpty()) {
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
