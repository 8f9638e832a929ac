package dev.gantry.offload.ranks;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.BlockSpan;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadSource;
import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.OuterWeights;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.frozen.ChunkLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A model that is not trained, as ranks compute with it. In memory of the process all read the same one; on a
/// card each has its own, of the blocks that it computes. Where blocks are sharded, each rank holds a share of every
/// block.
final class FrozenBase implements AutoCloseable {
    private static final long SHARE_ALIGNMENT_BYTES = 64;

    private final DecoderModel model;
    private final ChunkLayout block;
    private final TensorArena arena;
    private final Map<Copy, Matrix> copies = new HashMap<>();
    private final @Nullable ResidentWeights resident;
    private final OuterWeights outer;
    private final HeadSource head;

    /// What was copied, and to which type: a table may be needed in two.
    private record Copy(ParameterId id, DType type) {}

    /// Null for a job that trains all there is.
    ///
    /// @param span blocks that whoever reads this computes
    /// @param arena where weights lie that are converted, or that kernels do not reach where they are stored;
    ///     closed with the base, or here when there is none
    static @Nullable FrozenBase of(RankedJob job, BlockSpan span, Backend backend, TensorArena arena) {
        return switch (job.base()) {
            case RankedJob.Base.AllTrained _ -> {
                arena.close();
                yield null;
            }
            case RankedJob.Base.Frozen frozen -> {
                boolean whole = !job.stage().includes(ZeroStage.PARAMETERS);
                boolean complete = false;
                try {
                    FrozenBase base =
                            new FrozenBase(backend, frozen.model(), job.compute(), whole ? span : null, arena);
                    complete = true;
                    yield base;
                } finally {
                    if (!complete) {
                        arena.close();
                    }
                }
            }
        };
    }

    /// @param whole blocks that are read whole; null where ranks hold shares of them all
    private FrozenBase(
            Backend backend, DecoderModel model, ComputeType compute, @Nullable BlockSpan whole, TensorArena arena) {
        this.model = model;
        this.arena = arena;
        this.block = ChunkLayout.ready(model.spec(), compute);
        if (whole != null) {
            this.resident = new ResidentWeights(backend, model, compute, whole, arena);
            ModelWeights all = resident.weights();
            this.outer = new OuterWeights(all.embeddings(), all.linears(), all.norms());
            this.head = all.head();
        } else {
            this.resident = null;
            OuterWeights.Readying ready = new OuterWeights.Readying() {
                @Override
                public Matrix in(DType type, ParameterId id) {
                    return ready(backend, new Copy(id, type));
                }

                @Override
                public Matrix table(ParameterId id, Matrix stored) {
                    return ready(backend, new Copy(id, stored.dtype()));
                }
            };
            this.outer = OuterWeights.of(model, compute, ready);
            this.head = OuterWeights.head(model, compute, ready);
        }
    }

    private Matrix ready(Backend backend, Copy wanted) {
        Matrix stored = model.parameter(wanted.id()).matrix();
        if (stored.dtype() == wanted.type() && arena.memory().reaches(stored.data())) {
            return stored;
        }
        return copies.computeIfAbsent(wanted, _ -> {
            Matrix copy = arena.matrix(wanted.type(), stored.rows(), stored.columns());
            if (arena.holdsMemory()) {
                backend.elements().copy(stored, copy);
            }
            return copy;
        });
    }

    OuterWeights outer() {
        return outer;
    }

    HeadSource head() {
        return head;
    }

    /// The blocks for one rank; all call this together.
    ///
    /// @param weights where this rank's shares and gathered blocks lie
    LayerSource blocks(Rank rank, TensorArena weights) {
        return resident != null ? resident.weights().layers() : gathered(rank, weights);
    }

    private GatheredBlocks gathered(Rank rank, TensorArena weights) {
        List<Long> starts = new ArrayList<>();
        List<Long> bytes = new ArrayList<>();
        for (int other = 0; other < rank.count(); other++) {
            long start = cut(other, rank.count());
            starts.add(start);
            bytes.add(cut(other + 1, rank.count()) - start);
        }
        long start = starts.get(rank.number());
        long count = bytes.get(rank.number());
        int layers = model.spec().layers();
        MemorySegment shares = weights.allocateBytes(layers * count);
        GatheredBlocks gathered = new GatheredBlocks(
                rank.communicator().window(shares),
                new GatheredBlocks.ShareBytes(starts, bytes),
                block,
                layers,
                weights);
        if (weights.holdsMemory()) {
            fill(shares, rank.backend(), start, count, gathered.room());
        }
        rank.communicator().barrier();
        return gathered;
    }

    /// Copies bytes `[start, start + count)` of every block into `shares`, one block after the other.
    ///
    /// @param whole room for a block on the way
    private void fill(MemorySegment shares, Backend backend, long start, long count, MemorySegment whole) {
        for (int layer = 0; layer < model.spec().layers(); layer++) {
            makeReady(backend, layer, whole);
            backend.elements().copyBytes(whole.asSlice(start, count), shares.asSlice(layer * count, count));
        }
    }

    private long cut(int rank, int ranks) {
        return block.bytes() * rank / ranks / SHARE_ALIGNMENT_BYTES * SHARE_ALIGNMENT_BYTES;
    }

    private void makeReady(Backend backend, int layer, MemorySegment whole) {
        for (ChunkLayout.Part part : block.parts()) {
            Tensor stored = model.parameter(part.id(layer));
            MemorySegment into = whole.asSlice(part.offset(), part.bytes());
            backend.elements().copy(stored.matrix(), new Tensor(part.dtype(), part.shape(), into).matrix());
        }
        backend.synchronize();
    }

    @Override
    public void close() {
        if (resident != null) {
            resident.close(); // and the arena with it
        } else {
            arena.close();
        }
    }
}
