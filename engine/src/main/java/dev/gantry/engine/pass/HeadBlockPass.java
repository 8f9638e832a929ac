package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One block of the head with one slice of tokens: forward and backward.
final class HeadBlockPass {
    /// Bytes of a slice's f32 logits; small enough to matter little, large enough to keep products efficient.
    private static final long SLICE_BYTES = 64L << 20;

    private static final int MOST_SLICE_ROWS = 256;

    private final Backend backend;
    private final HeadBlocks blocks;
    private final DType type;
    private final ParameterId headId;
    private final TensorArena arena;
    private final Matrix rowLoss; // f32 (1, slice)
    private final float[] fetched; // the same on the host

    HeadBlockPass(Backend backend, ModelWeights weights, int sliceRows, TensorArena arena) {
        this.backend = backend;
        this.blocks = weights.head().blocks();
        this.type = weights.computeType().dtype();
        this.headId = DecoderParameters.head(weights.spec());
        this.arena = arena;
        this.rowLoss = arena.matrix(DType.F32, 1, sliceRows);
        this.fetched = new float[sliceRows];
    }

    /// Tokens of a slice: by the shape alone, for they decide in which order weight gradients are added up.
    static int sliceRows(int vocabulary) {
        long fitting = SLICE_BYTES / (vocabulary * 4L) / 16 * 16;
        return Math.clamp(fitting, 16, MOST_SLICE_ROWS);
    }

    /// Bytes of the logits of a block.
    long logitBytes(int block, int rows) {
        return rowStride(block) * rows * DType.F32.bytes();
    }

    /// Rows begin at cache lines, and not at the same place of every page: rows of one page offset would evict each
    /// other from the first cache.
    private long rowStride(int block) {
        return (blocks.rows(block) | 15L) + 1;
    }

    /// Memory as logits of a block, f32 `(rows, rows of the block)`.
    Matrix logits(int block, int rows, MemorySegment memory) {
        return new Matrix(DType.F32, memory, rows, blocks.rows(block), rowStride(block));
    }

    /// @param head compute `(rows of the block, embeddingDim)`
    /// @param headIn compute `(slice, embeddingDim)`
    void forward(Matrix head, Matrix headIn, Matrix logits) {
        backend.matmul().multiply(Layout.NT, 1, headIn, head, null, logits, Accumulate.OVERWRITE);
    }

    /// Takes the logits of a block into the softmax of its rows.
    ///
    /// @param state f64 `(slice, LossKernels.STATE_COLUMNS)`
    void softmax(int block, HeadBatch.Slice slice, Matrix logits, Matrix state) {
        backend.losses().softmax(logits, blocks.columns(block), slice.labels(), state);
    }

    /// Sum of the losses of a slice, after all its blocks.
    double loss(HeadBatch.Slice slice, Matrix state, float @Nullable [] tokenLosses) {
        Matrix losses = rowLoss.columns(0, slice.count());
        backend.losses().crossEntropy(state, slice.labels(), losses);
        backend.synchronize();
        arena.fetch(losses, fetched, slice.count());
        double sum = 0;
        for (int i = 0; i < slice.count(); i++) {
            float loss = fetched[i];
            sum += loss;
            if (tokenLosses != null) {
                tokenLosses[slice.from() + i] = loss;
            }
        }
        return sum;
    }

    /// Blocks come from the last to the first.
    ///
    /// @param logits f32 `(slice, rows of the block)`; overwritten
    /// @param dHeadIn f32 `(slice, embeddingDim)`: the last block overwrites it, the others add to it
    void backward(
            int block,
            HeadBatch.Slice slice,
            Matrix head,
            Matrix headIn,
            Matrix logits,
            Matrix state,
            Matrix dHeadIn,
            HeadLoss.Backward backward) {
        Matrix dLogits = narrowedInPlace(logits);
        LossKernels losses = backend.losses();
        losses.crossEntropyBackward(logits, blocks.columns(block), slice.labels(), state, backward.scale(), dLogits);
        Matrix dHead = backward.gradients().of(headId);
        if (dHead != null) {
            Matrix dBlock = dHead.rows(blocks.first(block), blocks.rows(block));
            backend.matmul().multiply(Layout.TN, 1, dLogits, headIn, null, dBlock, Accumulate.ADD);
        }
        Accumulate accumulate = block == blocks.count() - 1 ? Accumulate.OVERWRITE : Accumulate.ADD;
        backend.matmul().multiply(Layout.NN, 1, dLogits, head, null, dHeadIn, accumulate);
    }

    /// Rows of the compute type, each at the start of the f32 row that it replaces.
    private Matrix narrowedInPlace(Matrix wide) {
        long stride = wide.rowStride() * wide.dtype().bytes() / type.bytes();
        return new Matrix(type, wide.data(), wide.rows(), wide.columns(), stride);
    }
}
