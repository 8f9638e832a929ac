package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.util.HashMap;
import java.util.Map;

/// Makes the weights of a model ready one block at a time, in memory for one block and a slice of the head: for a few
/// passes over a model whose copies in the compute type need not fit. Each visit of a block converts it again.
///
/// Computes the same bits as {@link ResidentWeights}.
public final class BlockwiseWeights implements AutoCloseable {
    private final Backend backend;
    private final DecoderModel model;
    private final ComputeType compute;
    private final TensorArena arena;
    private final Map<ParameterId, Matrix> room = new HashMap<>(); // by the place in block 0
    private final ModelWeights weights;

    /// @param model stays with the caller
    /// @param account where the room for a block lies
    public BlockwiseWeights(Backend backend, DecoderModel model, ComputeType compute, MemoryAccount account) {
        this.backend = backend;
        this.model = model;
        this.compute = compute;
        this.arena = new TensorArena(account, "weights of a block");
        this.weights = OuterWeights.of(model, compute, new Keeping()).with(model, compute, head(), new Converting());
    }

    public ModelWeights weights() {
        return weights;
    }

    /// Bytes of copies.
    public long bytes() {
        return arena.allocatedBytes();
    }

    @Override
    public void close() {
        arena.close();
    }

    private HeadSource head() {
        Matrix stored = source(DecoderParameters.head(model.spec()));
        HeadBlocks blocks = HeadBlocks.of(model.spec());
        if (lies(compute.dtype(), stored)) {
            return HeadSource.resident(stored, blocks);
        }
        int rows = Math.min(blocks.rowsOfBlock(), stored.rows());
        return new ConvertingHead(blocks, stored, arena.matrix(compute.dtype(), rows, stored.columns()));
    }

    /// A parameter outside the blocks.
    private Matrix kept(DType type, ParameterId id) {
        Matrix stored = source(id);
        if (lies(type, stored)) {
            return stored;
        }
        Matrix copy = arena.matrix(type, stored.rows(), stored.columns());
        backend.elements().copy(stored, copy);
        return copy;
    }

    /// A parameter of the block that is being visited.
    private Matrix lent(DType type, ParameterId id) {
        Matrix stored = source(id);
        if (lies(type, stored)) {
            return stored;
        }
        Matrix copy = room.computeIfAbsent(
                new ParameterId(0, id.module(), id.part()),
                place -> arena.matrix(type, stored.rows(), stored.columns()));
        backend.elements().copy(stored, copy);
        return copy;
    }

    private boolean lies(DType type, Matrix stored) {
        return stored.dtype() == type && arena.memory().reaches(stored.data());
    }

    private Matrix source(ParameterId id) {
        return model.parameter(id).matrix();
    }

    private final class Keeping implements OuterWeights.Readying {
        @Override
        public Matrix in(DType type, ParameterId id) {
            return kept(type, id);
        }

        @Override
        public Matrix table(ParameterId id, Matrix stored) {
            return kept(stored.dtype(), id);
        }
    }

    private final class Converting implements LayerSource {
        @Override
        public LayerWeights acquire(int layer) {
            return LayerWeights.of(model, compute, layer, BlockwiseWeights.this::lent);
        }

        @Override
        public void release(LayerWeights weights) {
            // the next block takes the room
        }

        @Override
        public void close() {
            // the memory belongs to BlockwiseWeights
        }
    }

    private final class ConvertingHead implements HeadSource {
        private final HeadBlocks blocks;
        private final Matrix stored;
        private final Matrix converted;

        ConvertingHead(HeadBlocks blocks, Matrix stored, Matrix converted) {
            this.blocks = blocks;
            this.stored = stored;
            this.converted = converted;
        }

        @Override
        public HeadBlocks blocks() {
            return blocks;
        }

        @Override
        public Matrix acquire(int block) {
            Matrix rows = converted.rows(0, blocks.rows(block));
            backend.elements().copy(stored.rows(blocks.first(block), blocks.rows(block)), rows);
            return rows;
        }

        @Override
        public void release(int block) {
            // the next block takes the room
        }

        @Override
        public void close() {
            // the memory belongs to BlockwiseWeights
        }
    }
}
