package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.io.AlignedSpan;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.IoQueue;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Blocks that are trained and do not all live on the device: as frozen ones they pass through a few slots, but what a
/// slot holds is worth nothing once {@link #changed}. Homes, slots and file belong to the caller.
public final class PassingBlocks implements AutoCloseable {
    /// One being read, one on its way.
    public static final int SLOTS = 2;

    private static final int LEAD = 1;

    private final IoQueue queue;
    private final RingLoader loader;
    private final StreamedLayers layers;

    /// Where a block lives, in the layout in which it is computed with.
    public sealed interface Home {
        /// On the device.
        record Device(MemorySegment memory) implements Home {}

        /// In host memory.
        record Host(MemorySegment memory) implements Home {}

        /// In a file.
        ///
        /// @param offset a multiple of {@link BlockFile#ALIGNMENT_BYTES}
        record Disk(BlockFile file, long offset) implements Home {}
    }

    /// @param slots on the device, see {@link #slots}
    /// @param buffers in host memory, for each read in flight, where the disk cannot write to the slots; else none
    public PassingBlocks(
            Backend backend,
            ChunkLayout ready,
            List<Home> homes,
            List<MemorySegment> slots,
            List<MemorySegment> buffers) {
        List<ChunkHome> places = homes.stream().map(home -> place(home, ready)).toList();
        queue = new IoQueue("gantry-parameters");
        // blocks lie in the file as in a slot, so that the disk writes them there itself
        List<MemorySegment> window =
                buffers.isEmpty() ? Collections.nCopies(IoQueue.IN_FLIGHT, MemorySegment.NULL) : buffers;
        ChunkCopier copier = new ChunkCopier(backend.transferElements(), queue, window);
        int lead = Math.min(LEAD, Math.max(0, slots.size() - 1));
        loader = new RingLoader(backend, places, List.of(), slots, lead, copier);
        layers = new StreamedLayers(
                places, backend.memory(), ready, slots, FrozenPlan.FEW_ROWS, TrainedInBlocks.NONE, loader);
    }

    /// Slots for so many blocks that live elsewhere.
    public static int slots(int elsewhere) {
        return Math.min(SLOTS, elsewhere);
    }

    private static ChunkHome place(Home home, ChunkLayout ready) {
        return switch (home) {
            case Home.Device(MemorySegment memory) -> new ChunkHome.OnDevice(memory);
            case Home.Host(MemorySegment memory) -> new ChunkHome.OnHost(memory, ready.runsTo(ready));
            case Home.Disk(BlockFile file, long offset) ->
                new ChunkHome.OnDisk(pieces(file, offset, ready.bytes()), null);
        };
    }

    private static List<ReadPiece> pieces(BlockFile file, long offset, long bytes) {
        List<ReadPiece> pieces = new ArrayList<>();
        for (long at = 0; at < bytes; at += IoQueue.BLOCK_BYTES) {
            long count = Math.min(IoQueue.BLOCK_BYTES, bytes - at);
            int elements = Math.toIntExact(count / DType.F32.bytes());
            ElementRun run = new ElementRun(elements, DType.F32, 0, DType.F32, at);
            pieces.add(new ReadPiece(file, AlignedSpan.around(offset + at, count), List.of(run)));
        }
        return pieces;
    }

    /// What a pass takes its blocks from.
    public LayerSource layers() {
        return layers;
    }

    /// The blocks were written since the last sweep.
    public void changed() {
        loader.ring().forget();
    }

    /// Blocks that were copied to the device since construction.
    public Transfers transfers() {
        return loader.ring().transfers();
    }

    /// What a training step copies when all blocks changed in the one before.
    ///
    /// @param passing which blocks do not live on the device
    /// @return how often each of them is copied
    public static int[] loads(int[] passing) {
        int[] counts = new int[passing.length];
        if (passing.length > 0) {
            int slots = slots(passing.length);
            int[] order = IntStream.range(0, passing.length).toArray();
            int[] visits = RingSchedule.visits(LayerSource.Sweep.FORWARD_BACKWARD, order);
            RingSchedule.of(RingSchedule.emptySlots(slots), visits, Math.min(LEAD, slots - 1))
                    .loads()
                    .forEach(load -> counts[load.block()]++);
        }
        return counts;
    }

    @Override
    public void close() {
        loader.close();
        queue.close();
    }
}
