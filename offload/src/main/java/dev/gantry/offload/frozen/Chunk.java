package dev.gantry.offload.frozen;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.offload.Tier;
import java.util.ArrayList;
import java.util.List;

/// One unit that is copied as a whole: a block of the decoder, or a block of the head's rows.
///
/// @param ordinal place among all chunks of the model
/// @param layer block of the decoder, or {@link ParameterId#NO_LAYER} for the head
/// @param firstElement element of each of its tensors that it begins with; not 0 only in the head
/// @param ready layout on the device
/// @param wire layout in files that are copies of ours
/// @param host layout in host memory
/// @param tier where it lives
record Chunk(
        int ordinal, int layer, long firstElement, ChunkLayout ready, ChunkLayout wire, ChunkLayout host, Tier tier) {

    private static ChunkLayout host(FrozenPlan plan, ChunkLayout ready, ChunkLayout wire) {
        return switch (plan.waiting()) {
            case NARROW -> wire;
            case READY -> ready;
        };
    }

    ParameterId id(ChunkLayout.Part part) {
        return part.id(layer);
    }

    /// The decoder's blocks.
    static List<Chunk> blocks(StoredModel model, ComputeType compute, FrozenPlan plan) {
        if (plan.homes().size() != model.spec().layers()) {
            throw new IllegalArgumentException("a plan for " + plan.homes().size() + " blocks for a model of "
                    + model.spec().layers());
        }
        ChunkLayout ready = ChunkLayout.ready(model.spec(), compute);
        List<Chunk> chunks = new ArrayList<>();
        for (int layer = 0; layer < plan.homes().size(); layer++) {
            ChunkLayout wire = ChunkLayout.wire(model.spec(), layer, compute, model::dtype);
            ChunkLayout host = host(plan, ready, wire);
            chunks.add(
                    new Chunk(layer, layer, 0, ready, wire, host, plan.homes().get(layer)));
        }
        return chunks;
    }

    /// The head's blocks, cut as {@link HeadBlocks} says.
    static List<Chunk> head(StoredModel model, ComputeType compute, FrozenPlan plan) {
        HeadBlocks blocks = HeadBlocks.of(model.spec());
        ParameterId id = DecoderParameters.head(model.spec());
        int columns = model.spec().embeddingDim();
        List<Chunk> chunks = new ArrayList<>();
        for (int block = 0; block < blocks.count(); block++) {
            ChunkLayout ready = ChunkLayout.rows(id, blocks.rows(block), columns, compute.dtype());
            ChunkLayout wire = ChunkLayout.rows(
                    id, blocks.rows(block), columns, ChunkLayout.narrower(model.dtype(id), compute.dtype()));
            int ordinal = model.spec().layers() + block;
            long first = (long) blocks.first(block) * columns;
            chunks.add(new Chunk(
                    ordinal,
                    ParameterId.NO_LAYER,
                    first,
                    ready,
                    wire,
                    host(plan, ready, wire),
                    plan.head().home()));
        }
        return chunks;
    }

    /// The head's blocks when it does not lie on the device as a whole; a trained one always does.
    static List<Chunk> streamedHead(StoredModel model, ComputeType compute, FrozenPlan plan) {
        boolean stays = plan.head().home() == Tier.DEVICE || !model.isFrozen(DecoderParameters.head(model.spec()));
        return stays ? List.of() : head(model, compute, plan);
    }
}
