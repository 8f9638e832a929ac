package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.KernelWork;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;

/// Attention in tiles, by tensor cores where they take such heads. Segments go to the kernels by value, some at a
/// time: no upload, nothing to wait for.
final class CudaAttention implements AttentionKernels {
    /// As in attention.cu.
    private static final int MOST_HEAD_DIM = 256;
    private static final int QUERIES = 32;
    private static final int BACKWARD_ROWS = 16;
    private static final int BACKWARD_THREADS = 128;
    private static final int TILE = 32 * 33;
    private static final int ROWS_TILE = BACKWARD_ROWS * 33;

    private final Launcher launcher;
    private final CudaDecoding decoding;
    private final CudaFlash flash;

    CudaAttention(Launcher launcher, DeviceScratch scratch) {
        this.launcher = launcher;
        decoding = new CudaDecoding(launcher, scratch);
        flash = new CudaFlash(launcher, scratch);
    }

    /// What is taken of the scratch at most.
    ///
    /// @param flash whether tensor cores multiply the heads
    static long scratchBytes(KernelWork work, boolean flash) {
        return Math.max(
                flash && work.trains() ? CudaFlash.scratchBytes(work.tokens(), work.heads()) : 0,
                CudaDecoding.mostScratchBytes(
                        Math.min(work.sequences(), AttentionArguments.MOST_SEGMENTS),
                        work.heads(),
                        work.headDim(),
                        work.answered()));
    }

    @Override
    public void forward(
            AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp) {
        requireSupported(q, k, v);
        int longest = segments.mostQueries();
        int blocks = Grid.blocks(longest, QUERIES);
        int sharedFloats = QUERIES * q.headDim() + 2 * TILE;
        for (int from = 0; from < segments.count(); from += AttentionArguments.MOST_SEGMENTS) {
            int count = Math.min(AttentionArguments.MOST_SEGMENTS, segments.count() - from);
            if (longest == 1) {
                decoding.run(bias, segments, from, count, q, k, v, out, logSumExp);
            } else if (flash.takes(q, k, v)) {
                flash.forward(bias, segments, from, count, q, k, v, out, logSumExp);
            } else {
                AttentionArguments.begin(launcher, "Forward", bias, segments, from, count)
                        .heads(q)
                        .heads(k)
                        .heads(v)
                        .matrix(out)
                        .matrix(logSumExp)
                        .run(new Grid(blocks, q.heads(), count, Grid.THREADS, 1, sharedFloats * Float.BYTES));
            }
        }
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
        requireSupported(q, k, v);
        Heads outHeads = Heads.sideBySide(out, q.heads());
        Heads dOutHeads = Heads.sideBySide(dOut, q.heads());
        int rows = 2 * BACKWARD_ROWS * q.headDim();
        for (int from = 0; from < segments.count(); from += AttentionArguments.MOST_SEGMENTS) {
            int count = Math.min(AttentionArguments.MOST_SEGMENTS, segments.count() - from);
            if (flash.takes(q, k, v, dOutHeads)) {
                flash.backward(bias, segments, from, count, q, k, v, outHeads, logSumExp, dOutHeads, dq, dk, dv);
                continue;
            }
            AttentionArguments.begin(launcher, "BackwardQueries", bias, segments, from, count)
                    .heads(q)
                    .heads(k)
                    .heads(v)
                    .matrix(out)
                    .matrix(logSumExp)
                    .heads(dOutHeads)
                    .heads(dq)
                    .run(backwardGrid(segments.queryLength(), q.heads(), count, rows + TILE + ROWS_TILE));
            AttentionArguments.begin(launcher, "BackwardKeys", bias, segments, from, count)
                    .heads(q)
                    .heads(k)
                    .heads(v)
                    .heads(outHeads)
                    .matrix(logSumExp)
                    .heads(dOutHeads)
                    .heads(dk)
                    .heads(dv)
                    .run(backwardGrid(
                            segments.keyLength(),
                            k.heads(),
                            count,
                            rows + 2 * TILE + 2 * ROWS_TILE + BACKWARD_THREADS));
        }
    }

    private static Grid backwardGrid(int[] lengths, int heads, int count, int sharedFloats) {
        int blocks = Grid.blocks(Arrays.stream(lengths).max().orElse(0), BACKWARD_ROWS);
        return new Grid(blocks, heads, count, BACKWARD_THREADS, 1, sharedFloats * Float.BYTES);
    }

    private static void requireSupported(Heads q, Heads k, Heads v) {
        if (q.headDim() != k.headDim() || k.headDim() != v.headDim() || q.heads() % k.heads() != 0) {
            throw new IllegalArgumentException("heads of " + q.headDim() + ", " + k.headDim() + " and " + v.headDim()
                    + " columns, " + q.heads() + " of queries on " + k.heads() + " of keys");
        }
        if (q.headDim() > MOST_HEAD_DIM || q.heads() > AttentionArguments.MOST_HEADS) {
            throw CudaException.unsupported(
                    "cannot compute attention of this model on the card",
                    q.heads() + " heads of " + q.headDim() + " columns are more than the kernels take: "
                            + AttentionArguments.MOST_HEADS + " of " + MOST_HEAD_DIM);
        }
    }
}
