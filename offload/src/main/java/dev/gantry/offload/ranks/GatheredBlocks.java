package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Communicator.Window;
import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.frozen.ChunkLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Blocks that the ranks hold in shares and gather, one at a time, to compute with.
///
/// A rank reads the others' shares when it needs them, without their doing anything: in the backward the ranks are at
/// different blocks, and would otherwise wait for each other at each.
final class GatheredBlocks implements LayerSource {
    /// One block is computed with while the block before it is still there for the turn of the sweep.
    static final int SLOTS = 2;

    private static final int NOTHING = -1;

    private final Window window;
    private final ShareBytes shares;
    private final List<MemorySegment> slots = new ArrayList<>();
    private final List<LayerWeights> views = new ArrayList<>();
    private final int[] held = new int[SLOTS];
    private long gathers;

    /// Which bytes of every block each rank holds.
    ///
    /// @param starts of each rank's share in the block
    /// @param bytes of each rank's share
    record ShareBytes(List<Long> starts, List<Long> bytes) {
        ShareBytes {
            starts = List.copyOf(starts);
            bytes = List.copyOf(bytes);
        }
    }

    /// @param window onto each rank's shares of all blocks, one after the other
    /// @param arena where gathered blocks lie
    GatheredBlocks(Window window, ShareBytes shares, ChunkLayout block, int layers, TensorArena arena) {
        this.window = window;
        this.shares = shares;
        for (int slot = 0; slot < Math.min(SLOTS, layers); slot++) {
            slots.add(arena.allocateBytes(block.bytes()));
        }
        for (int layer = 0; layer < layers; layer++) {
            views.add(block.weights(layer, slots.get(layer % SLOTS)));
        }
        forget();
    }

    /// Room for one block, to work in before the first is gathered: what is there is forgotten then.
    MemorySegment room() {
        return slots.getFirst();
    }

    /// Blocks gathered so far.
    long gathers() {
        return gathers;
    }

    /// What was gathered no longer holds: the shares have changed.
    void forget() {
        Arrays.fill(held, NOTHING);
    }

    @Override
    public LayerWeights acquire(int layer) {
        int slot = layer % SLOTS;
        if (held[slot] != layer) {
            held[slot] = NOTHING;
            for (int rank = 0; rank < shares.bytes().size(); rank++) {
                long bytes = shares.bytes().get(rank);
                window.read(
                        rank,
                        layer * bytes,
                        slots.get(slot).asSlice(shares.starts().get(rank), bytes));
            }
            held[slot] = layer;
            gathers++;
        }
        return views.get(layer);
    }

    @Override
    public void release(LayerWeights weights) {
        // stays in its slot until that is needed
    }

    @Override
    public void close() {
        // the memory belongs to the arena
    }
}
