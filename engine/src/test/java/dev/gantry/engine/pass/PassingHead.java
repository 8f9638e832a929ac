package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A head that shows one block at a time, in the same memory, and destroys it on release; remembers the visits.
final class PassingHead implements HeadSource {
    private final Matrix head;
    private final HeadBlocks blocks;
    private final Matrix slot;
    private final List<Integer> visits = new ArrayList<>();
    private final List<LayerSource.Sweep> sweeps = new ArrayList<>();
    private @Nullable Integer acquired;

    PassingHead(Matrix head, HeadBlocks blocks, TensorArena arena) {
        this.head = head;
        this.blocks = blocks;
        this.slot = arena.matrix(head.dtype(), blocks.rowsOfBlock(), head.columns());
    }

    List<Integer> visits() {
        return visits;
    }

    List<LayerSource.Sweep> sweeps() {
        return sweeps;
    }

    @Override
    public HeadBlocks blocks() {
        return blocks;
    }

    @Override
    public void begin(LayerSource.Sweep sweep) {
        sweeps.add(sweep);
    }

    @Override
    public Matrix acquire(int block) {
        if (acquired != null) {
            throw new IllegalStateException("block " + acquired + " was not released");
        }
        acquired = block;
        visits.add(block);
        Matrix stored = head.rows(blocks.first(block), blocks.rows(block));
        long bytes = stored.elements() * stored.dtype().bytes();
        slot.data().asSlice(0, bytes).copyFrom(stored.data().asSlice(0, bytes));
        return slot.rows(0, stored.rows());
    }

    @Override
    public void release(int block) {
        if (acquired == null || acquired != block) {
            throw new IllegalStateException("block " + block + " was not acquired");
        }
        acquired = null;
        slot.data().fill((byte) -1); // NaN in every type
    }

    @Override
    public void close() {
        // the memory belongs to the test
    }
}
