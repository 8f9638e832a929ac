package dev.gantry.offload.frozen;

import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.engine.tensor.Memory;
import dev.gantry.offload.frozen.ChunkHome.OnDevice;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Blocks of a model larger than the device: some always there, the others copied into a ring of slots just in time.
///
/// For a few rows those in host memory are not copied: a copy would read them as a product does, so they are computed
/// where they lie. Nothing is allocated after construction but the schedule of a sweep.
final class StreamedLayers implements LayerSource {
    private final List<Optional<LayerWeights>> onDevice;
    private final List<Optional<LayerWeights>> inPlace; // what is ready to compute with in memory of any tier
    private final List<LayerWeights> slotWeights; // as of block 0
    private final TrainedInBlocks trained;
    private final int mostRowsInPlace;
    private final RingLoader loader;
    private final AtomicInteger visitsLeft = new AtomicInteger();
    private volatile boolean fewRows;

    /// @param homes of all blocks
    /// @param device the memory that kernels compute with
    /// @param ready layout of a slot
    StreamedLayers(
            List<ChunkHome> homes,
            Memory device,
            ChunkLayout ready,
            List<MemorySegment> slots,
            int mostRowsInPlace,
            TrainedInBlocks trained,
            RingLoader loader) {
        this.onDevice = IntStream.range(0, homes.size())
                .mapToObj(layer -> homes.get(layer) instanceof OnDevice(MemorySegment chunk)
                        ? Optional.of(ready.weights(layer, chunk))
                        : Optional.<LayerWeights>empty())
                .toList();
        this.inPlace = IntStream.range(0, homes.size())
                .mapToObj(layer -> homes.get(layer).inPlace(device).map(chunk -> ready.weights(layer, chunk)))
                .toList();
        this.slotWeights = slots.stream().map(slot -> ready.weights(0, slot)).toList();
        this.mostRowsInPlace = mostRowsInPlace;
        this.trained = trained;
        this.loader = loader;
    }

    @Override
    public void begin(Sweep sweep) {
        begin(sweep, Integer.MAX_VALUE);
    }

    @Override
    public void begin(Sweep sweep, int rows) {
        fewRows = rows <= mostRowsInPlace;
        int[] blocks = IntStream.range(0, there().size())
                .filter(layer -> there().get(layer).isEmpty())
                .toArray();
        visitsLeft.set(RingSchedule.visits(sweep, new int[there().size()]).length);
        loader.begin(RingSchedule.visits(sweep, blocks));
    }

    /// Blocks that are computed where they lie in this sweep.
    private List<Optional<LayerWeights>> there() {
        return fewRows ? inPlace : onDevice;
    }

    @Override
    public boolean isAtHand() {
        return there().stream().allMatch(Optional::isPresent);
    }

    @Override
    public LayerWeights acquire(int layer) {
        return trained.over(there().get(layer).orElseGet(() -> inSlot(layer)));
    }

    private LayerWeights inSlot(int layer) {
        LayerWeights weights = slotWeights.get(loader.ring().acquire(layer));
        return new LayerWeights(layer, weights.linears(), weights.norms());
    }

    @Override
    public void release(LayerWeights weights) {
        if (there().get(weights.layer()).isEmpty()) {
            loader.ring().release(weights.layer());
        }
        if (visitsLeft.decrementAndGet() <= 0) {
            loader.end();
        }
    }

    @Override
    public void close() {
        loader.close();
    }
}
