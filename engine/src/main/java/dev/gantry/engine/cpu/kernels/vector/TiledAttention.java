package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.matmul.BlockProducts;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;

/// Attention for processors with matrix tiles, which multiply bf16 several times as fast as vectors multiply f32. Other
/// types, and sequences too short to fill tiles, are left to other kernels.
public final class TiledAttention implements AttentionKernels, AutoCloseable {
    private static final int LEAST_QUERIES = 48;
    private static final int LEAST_HEAD_DIM = 32;
    private static final int MOST_HEAD_DIM = 256;

    private final WorkerPool pool;
    private final BlockProducts products;
    private final AttentionKernels others;
    private final TiledScratch[] scratch;

    /// @param others for everything that tiles do not pay for
    public TiledAttention(WorkerPool pool, BlockProducts products, AttentionKernels others) {
        this.pool = pool;
        this.products = products;
        this.others = others;
        scratch = new TiledScratch[pool.threads()];
        for (int worker = 0; worker < scratch.length; worker++) {
            scratch[worker] = new TiledScratch();
        }
    }

    private static boolean pays(Segments segments, Heads q, Heads k, Heads v) {
        int longest = segments.mostQueries();
        boolean narrow = isBf16(q.matrix()) && isBf16(k.matrix()) && isBf16(v.matrix());
        boolean fills = longest >= LEAST_QUERIES && q.headDim() >= LEAST_HEAD_DIM && q.headDim() <= MOST_HEAD_DIM;
        return narrow && fills;
    }

    private static boolean isBf16(Matrix matrix) {
        return matrix.dtype() == DType.BF16;
    }

    @Override
    public void forward(
            AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp) {
        if (!pays(segments, q, k, v)) {
            others.forward(bias, segments, q, k, v, out, logSumExp);
            return;
        }
        TiledForward call = TiledForward.of(products, bias, segments, q, k, v, out, logSumExp);
        pool.parallel(call.tiles(), (tile, worker) -> call.run(tile, worker, scratch[worker]));
    }

    @Override
    public void backward(
            AttentionBias bias,
            Segments segments,
            Heads q,
            Heads k,
            Heads v,
            Matrix out,
            Matrix logSumExp,
            Matrix dOut,
            Heads dq,
            Heads dk,
            Heads dv) {
        if (!pays(segments, q, k, v) || !isBf16(dOut)) {
            others.backward(bias, segments, q, k, v, out, logSumExp, dOut, dq, dk, dv);
            return;
        }
        TiledBackward call = new TiledBackward(products, bias, segments, q, k, v, out, logSumExp, dOut, dq, dk, dv);
        pool.parallel(call.tiles(), (tile, worker) -> call.run(tile, worker, scratch[worker]));
    }

    @Override
    public void close() {
        for (TiledScratch each : scratch) {
            each.close();
        }
    }
}
