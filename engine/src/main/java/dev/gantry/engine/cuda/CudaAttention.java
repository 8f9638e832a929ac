package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Attention in tiles. Segments go to the kernels by value, some at a time: no upload, nothing to wait for.
final class CudaAttention implements AttentionKernels {
    /// As in attention.cu.
    private static final int MOST_SEGMENTS = 64;
    private static final int MOST_HEADS = 256;
    private static final int MOST_HEAD_DIM = 256;
    private static final int QUERIES = 32;
    private static final int BACKWARD_ROWS = 16;
    private static final int BACKWARD_THREADS = 128;
    private static final int DECODING_WARPS = 8;
    private static final int TILE = 32 * 33;
    private static final int ROWS_TILE = BACKWARD_ROWS * 33;

    private final Launcher launcher;

    CudaAttention(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public void forward(
            AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp) {
        requireSupported(q, k, v);
        int longest = segments.mostQueries();
        int headDim = q.headDim();
        for (int from = 0; from < segments.count(); from += MOST_SEGMENTS) {
            int count = Math.min(MOST_SEGMENTS, segments.count() - from);
            begin(longest == 1 ? "Decode" : "Forward", bias, segments, from, count)
                    .heads(q)
                    .heads(k)
                    .heads(v)
                    .matrix(out)
                    .matrix(logSumExp);
            int blocks = Grid.blocks(longest, QUERIES);
            int floats = longest == 1 ? DECODING_WARPS * (headDim + 2) : QUERIES * headDim + 2 * TILE;
            launcher.run(new Grid(blocks, q.heads(), count, Grid.THREADS, 1, floats * Float.BYTES));
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
        for (int from = 0; from < segments.count(); from += MOST_SEGMENTS) {
            int count = Math.min(MOST_SEGMENTS, segments.count() - from);
            begin("BackwardQueries", bias, segments, from, count)
                    .heads(q)
                    .heads(k)
                    .heads(v)
                    .matrix(out)
                    .matrix(logSumExp)
                    .heads(dOutHeads)
                    .heads(dq)
                    .run(backwardGrid(segments.queryLength(), q.heads(), count, rows + TILE + ROWS_TILE));
            begin("BackwardKeys", bias, segments, from, count)
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

    /// A kernel with its first two parameters, `Bias` and `Segments` of attention.cu.
    private Launcher begin(String name, AttentionBias bias, Segments segments, int from, int count) {
        launcher.kernel(Family.ATTENTION, name);
        MemorySegment first = launcher.structure((2 + MOST_HEADS) * Integer.BYTES);
        first.fill((byte) 0);
        first.setAtIndex(ValueLayout.JAVA_FLOAT, 0, bias.scale());
        first.setAtIndex(ValueLayout.JAVA_INT, 1, bias.slidingWindow());
        float[] slopes = bias.alibiSlopes();
        if (slopes != null) {
            MemorySegment.copy(slopes, 0, first, ValueLayout.JAVA_FLOAT, 2L * Integer.BYTES, slopes.length);
        }
        MemorySegment second = launcher.structure(4 * MOST_SEGMENTS * Integer.BYTES);
        int[][] fields = {segments.queryStart(), segments.queryLength(), segments.keyStart(), segments.keyLength()};
        for (int field = 0; field < fields.length; field++) {
            long at = (long) field * MOST_SEGMENTS * Integer.BYTES;
            MemorySegment.copy(fields[field], from, second, ValueLayout.JAVA_INT, at, count);
        }
        return launcher;
    }

    private static void requireSupported(Heads q, Heads k, Heads v) {
        if (q.headDim() != k.headDim() || k.headDim() != v.headDim() || q.heads() % k.heads() != 0) {
            throw new IllegalArgumentException("heads of " + q.headDim() + ", " + k.headDim() + " and " + v.headDim()
                    + " columns, " + q.heads() + " of queries on " + k.heads() + " of keys");
        }
        if (q.headDim() > MOST_HEAD_DIM || q.heads() > MOST_HEADS) {
            throw CudaException.unsupported(
                    "cannot compute attention of this model on the card",
                    q.heads() + " heads of " + q.headDim() + " columns are more than the kernels take: " + MOST_HEADS
                            + " of " + MOST_HEAD_DIM);
        }
    }
}
