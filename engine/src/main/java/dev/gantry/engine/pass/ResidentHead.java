package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.Matrix;

/// A head that is simply there, in memory that belongs to somebody else.
record ResidentHead(Matrix head, HeadBlocks blocks) implements HeadSource {

    @Override
    public Matrix whole() {
        return head;
    }

    @Override
    public Matrix acquire(int block) {
        return head.rows(blocks.first(block), blocks.rows(block));
    }

    @Override
    public void release(int block) {
        // stays where it is
    }

    @Override
    public void close() {
        // the memory is not ours
    }
}
