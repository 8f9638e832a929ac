package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.tensor.Matrix;

/// Attention of one query a segment. So few would leave most of a card idle: long runs of keys are shared out among
/// blocks, cut by position, and joined in order; a sequence's bits do not depend on those beside it.
final class CudaDecoding {
    /// As in attention.cu.
    private static final int WARPS = 8;

    private static final int SPLIT = 256;

    private final Launcher launcher;
    private final DeviceScratch scratch;

    CudaDecoding(Launcher launcher, DeviceScratch scratch) {
        this.launcher = launcher;
        this.scratch = scratch;
    }

    /// Attention of `count` segments from `from` on.
    void run(
            AttentionBias bias,
            Segments segments,
            int from,
            int count,
            Heads q,
            Heads k,
            Heads v,
            Matrix out,
            Matrix logSumExp) {
        int heads = q.heads();
        int headDim = q.headDim();
        int splits = mostSplits(bias, segments, from, count);
        Grid grid = new Grid(splits, heads, count, Grid.THREADS, 1, WARPS * (headDim + 2) * Float.BYTES);
        if (splits <= 1) {
            AttentionArguments.begin(launcher, "Decode", bias, segments, from, count)
                    .heads(q)
                    .heads(k)
                    .heads(v)
                    .matrix(out)
                    .matrix(logSumExp)
                    .run(grid);
            return;
        }
        long parts = scratch.atLeast(scratchBytes(count, heads, headDim, splits));
        AttentionArguments.begin(launcher, "DecodePart", bias, segments, from, count)
                .heads(q)
                .heads(k)
                .heads(v)
                .address(parts)
                .run(grid);
        AttentionArguments.begin(launcher, "DecodeJoin", bias, segments, from, count)
                .address(parts)
                .number(splits)
                .number(headDim)
                .matrix(out)
                .matrix(logSumExp)
                .run(new Grid(1, heads, count, Grid.THREADS, 1, 0));
    }

    private static long scratchBytes(int sequences, int heads, int headDim, int splits) {
        return (long) sequences * heads * splits * (headDim + 2) * Float.BYTES;
    }

    /// At most for sequences of so many tokens side by side, as scratch grows.
    static long mostScratchBytes(int sequences, int heads, int headDim, int tokens) {
        int splits = Math.ceilDiv(tokens, SPLIT);
        return splits <= 1 ? 0 : 2 * scratchBytes(sequences, heads, headDim, splits);
    }

    /// How many runs of keys the query of a segment sees, at most.
    private static int mostSplits(AttentionBias bias, Segments segments, int from, int count) {
        int most = 0;
        for (int s = from; s < from + count; s++) {
            if (segments.queryLength()[s] > 0) {
                int position = segments.keyLength()[s] - 1;
                most = Math.max(most, position / SPLIT - bias.firstKey(position) / SPLIT + 1);
            }
        }
        return most;
    }
}
