package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.tensor.Matrix;

/// Attention in tiles of scores that stay in the first cache.
final class VectorAttention implements AttentionKernels {
    private final WorkerPool pool;
    private final AttentionScratch[] scratch;
    private float[] partials = new float[0];

    VectorAttention(WorkerPool pool) {
        this.pool = pool;
        scratch = new AttentionScratch[pool.threads()];
        for (int worker = 0; worker < scratch.length; worker++) {
            scratch[worker] = new AttentionScratch();
        }
    }

    @Override
    public void forward(
            AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp) {
        if (AttentionDecode.fits(segments)) {
            decode(bias, segments, q, k, v, out, logSumExp);
            return;
        }
        AttentionForward call = AttentionForward.of(bias, segments, q, k, v, out, logSumExp);
        pool.parallel(call.tiles(), (tile, worker) -> call.run(tile, scratch[worker]));
    }

    private void decode(
            AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp) {
        int length = AttentionDecode.partialLength(segments, q);
        if (partials.length < length) {
            partials = new float[2 * length]; // the cache grows by a token a call
        }
        int splits = AttentionDecode.splits(segments);
        AttentionDecode call = new AttentionDecode(bias, segments, q, k, v, out, logSumExp, splits, partials);
        pool.parallel(call.tiles(), (tile, worker) -> call.run(tile, scratch[worker]));
        pool.parallel(segments.count(), (segment, worker) -> call.combine(segment, scratch[worker]));
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
        AttentionBackward call = new AttentionBackward(bias, segments, q, k, v, out, logSumExp, dOut, dq, dk, dv);
        pool.parallel(call.tiles(), (tile, worker) -> call.run(tile, scratch[worker]));
    }
}
