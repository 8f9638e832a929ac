package dev.gantry.offload.frozen;

import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.HeadSource;
import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Memory;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// A head that does not lie on the device: blocks of its rows copied into a ring of slots just in time, or for a few
/// rows of activations read where they lie in host memory; without slots always there.
final class StreamedHead implements HeadSource {
    private final HeadBlocks blocks;
    private final List<Chunk> chunks;
    private final List<ChunkHome> homes;
    private final Memory device;
    private final List<MemorySegment> slots;
    private final int mostRowsInPlace;
    private final RingLoader loader;
    private final AtomicInteger visitsLeft = new AtomicInteger();
    private volatile boolean fewRows;

    StreamedHead(
            HeadBlocks blocks,
            List<Chunk> chunks,
            List<ChunkHome> homes,
            Memory device,
            List<MemorySegment> slots,
            int mostRowsInPlace,
            RingLoader loader) {
        this.blocks = blocks;
        this.chunks = List.copyOf(chunks);
        this.homes = List.copyOf(homes);
        this.device = device;
        this.slots = List.copyOf(slots);
        this.mostRowsInPlace = mostRowsInPlace;
        this.loader = loader;
        if (slots.isEmpty()
                && homes.stream().anyMatch(home -> home.inPlace(device).isEmpty())) {
            throw new IllegalArgumentException("a head without slots must lie in host memory as kernels read it");
        }
    }

    @Override
    public HeadBlocks blocks() {
        return blocks;
    }

    @Override
    public void begin(Sweep sweep) {
        begin(sweep, Integer.MAX_VALUE);
    }

    @Override
    public void begin(Sweep sweep, int rows) {
        fewRows = rows <= mostRowsInPlace;
        int[] moving = IntStream.range(0, chunks.size())
                .filter(block -> !isInPlace(block))
                .toArray();
        visitsLeft.set(RingSchedule.visits(sweep, new int[chunks.size()]).length);
        loader.begin(RingSchedule.visits(sweep, moving));
    }

    private boolean isInPlace(int block) {
        return (fewRows || slots.isEmpty()) && homes.get(block).inPlace(device).isPresent();
    }

    @Override
    public Matrix acquire(int block) {
        MemorySegment memory = isInPlace(block)
                ? homes.get(block).inPlace(device).orElseThrow()
                : slots.get(loader.ring().acquire(block));
        return chunks.get(block).ready().parts().getFirst().in(memory).matrix();
    }

    @Override
    public void release(int block) {
        if (!isInPlace(block)) {
            loader.ring().release(block);
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
