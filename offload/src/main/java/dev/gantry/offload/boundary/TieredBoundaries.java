package dev.gantry.offload.boundary;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.BoundaryPlacement;
import dev.gantry.engine.pass.BoundaryStore;
import dev.gantry.engine.pass.BoundarySweep;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.Tier;
import dev.gantry.offload.io.ScratchFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The residual stream on several tiers: what a visit asks for is brought to the device beside the visit before it, and
/// goes away when its place is needed. All memory is allocated at construction.
public final class TieredBoundaries implements BoundaryStore {
    private final Backend backend;
    private final BoundaryPlacement.Extent extent;
    private final StreamHomes homes;
    private final StreamTraffic traffic;
    private final long[] lastCopy; // to or from each slot
    private @Nullable StreamCopies copies;
    private @Nullable SweepScript script;
    private @Nullable StreamSlots slots;

    private TieredBoundaries(
            Backend backend, BoundaryPlacement.Extent extent, StreamHomes homes, int slots, StreamTraffic traffic) {
        this.backend = backend;
        this.extent = extent;
        this.homes = homes;
        this.traffic = traffic;
        this.lastCopy = new long[slots];
    }

    /// A placement of a pass's stream.
    ///
    /// @param host where what does not live on the device waits
    /// @param folder for what lives on disk; null when nothing does
    public static BoundaryPlacement placement(BoundaryPlan plan, MemoryAccount host, @Nullable Path folder) {
        return placement(plan, host, folder, new StreamTraffic());
    }

    /// The same, whose moves are counted.
    public static BoundaryPlacement placement(
            BoundaryPlan plan, MemoryAccount host, @Nullable Path folder, StreamTraffic traffic) {
        return placement(plan, host, folder, traffic, ScratchFile::create);
    }

    static BoundaryPlacement placement(
            BoundaryPlan plan,
            MemoryAccount host,
            @Nullable Path folder,
            StreamTraffic traffic,
            StreamHomes.Opener opener) {
        return (backend, extent, device) -> {
            if (plan.homes().size() != BoundaryPlan.units(extent.layers())) {
                throw new IllegalArgumentException(
                        plan.homes().size() + " homes for the stream of " + extent.layers() + " blocks");
            }
            StreamHomes homes = new StreamHomes(backend, plan, extent, device, host, folder, opener);
            return new TieredBoundaries(backend, extent, homes, plan.slots(), traffic);
        };
    }

    @Override
    public void begin(BoundarySweep sweep) {
        StreamCopies all = copies == null ? new StreamCopies() : copies;
        copies = all;
        all.settle();
        SweepScript next = new SweepScript(sweep, extent.microBatches());
        script = next;
        slots = new StreamSlots(
                next,
                SweepScript.items(sweep.layers(), extent.microBatches()),
                lastCopy.length,
                item -> homes.home(item) != Tier.DEVICE,
                new StreamSlots.Moves() {
                    @Override
                    public void load(int item, int slot) {
                        long bytes = bytes(next, item);
                        traffic.loaded(homes.home(item), bytes);
                        lastCopy[slot] = all.ask(() -> homes.load(item, slot, bytes));
                    }

                    @Override
                    public void store(int item, int slot) {
                        backend.synchronize();
                        long bytes = bytes(next, item);
                        traffic.stored(homes.home(item), bytes);
                        lastCopy[slot] = all.ask(() -> homes.store(item, slot, bytes));
                    }
                });
    }

    private long bytes(SweepScript of, int item) {
        return (long) of.tokens(item) * extent.hidden() * DType.F32.bytes();
    }

    @Override
    public Matrix read(int layer, int microBatch) {
        return there(script().boundary(layer, microBatch));
    }

    @Override
    public Matrix write(int layer, int microBatch) {
        return there(script().boundary(layer, microBatch));
    }

    @Override
    public Matrix discard(int layer, int microBatch) {
        int item = script().boundary(layer, microBatch);
        // the same bits may as well be written where they are
        return homes.home(item) == Tier.DEVICE
                ? matrix(homes.onDevice(item), item)
                : inSlot(slots().scratchSlot(), item);
    }

    @Override
    public Matrix gradient(int microBatch) {
        return there(script().gradient(microBatch));
    }

    private Matrix there(int item) {
        return homes.home(item) == Tier.DEVICE
                ? matrix(homes.onDevice(item), item)
                : inSlot(slots().slotOf(item), item);
    }

    private Matrix inSlot(int slot, int item) {
        Objects.requireNonNull(copies).await(lastCopy[slot]);
        return matrix(homes.slot(slot), item);
    }

    private Matrix matrix(MemorySegment memory, int item) {
        int tokens = script().tokens(item);
        MemorySegment part = memory.asSlice(0, bytes(script(), item));
        return new Matrix(DType.F32, part, tokens, extent.hidden(), extent.hidden());
    }

    @Override
    public void visited() {
        slots().visited();
    }

    @Override
    public Matrix look(int layer, int microBatch) {
        int item = script().boundary(layer, microBatch);
        return homes.home(item) == Tier.DEVICE ? matrix(homes.onDevice(item), item) : inSlot(slots().bring(item), item);
    }

    private SweepScript script() {
        return Objects.requireNonNull(script, "no sweep has begun");
    }

    private StreamSlots slots() {
        return Objects.requireNonNull(slots, "no sweep has begun");
    }

    @Override
    public void close() {
        if (copies != null) {
            copies.close();
        }
        homes.close();
    }
}
