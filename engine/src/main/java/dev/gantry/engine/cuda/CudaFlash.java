package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;

/// Attention by tensor cores: of f16, and of bf16 from compute capability 8.0 on, with heads of up to 128 columns.
final class CudaFlash {
    /// As in flash.cu: queries of a block, or keys where their gradients are made.
    private static final int ROWS = 64;
    private static final int THREADS = 128;
    private static final int SMALL_HEAD = 64;
    private static final int MOST_HEAD_DIM = 128;

    private final Launcher launcher;
    private final DeviceScratch scratch;
    private final ComputeCapability capability;

    /// @param scratch for one f32 for each query and head
    CudaFlash(Launcher launcher, DeviceScratch scratch) {
        this.launcher = launcher;
        this.scratch = scratch;
        capability = launcher.stream().context().capability();
    }

    /// Whether tensor cores multiply such heads.
    boolean takes(Heads first, Heads... others) {
        return takes(capability, first, others);
    }

    static boolean takes(ComputeCapability capability, Heads first, Heads... others) {
        DType dtype = first.matrix().dtype();
        return takes(capability, dtype, first.headDim())
                && Arrays.stream(others).allMatch(each -> each.matrix().dtype() == dtype);
    }

    static boolean takes(ComputeCapability capability, DType dtype, int headDim) {
        return capability.multipliesInTiles(dtype) && headDim <= MOST_HEAD_DIM;
    }

    /// Of a backward.
    static long scratchBytes(long tokens, int heads) {
        return tokens * heads * Float.BYTES;
    }

    /// Attention of `count` segments from `from` on.
    void forward(
            AttentionBias bias,
            Segments segments,
            int from,
            int count,
            Heads q,
            Heads k,
            Heads v,
            Matrix out,
            Matrix logSumExp) {
        int keys = small(q) ? 64 : 32;
        begin("Forward", bias, segments, from, count, q)
                .heads(q)
                .heads(k)
                .heads(v)
                .heads(Heads.sideBySide(out, q.heads()))
                .matrix(logSumExp)
                .flag(WideRows.begin(q, k, v))
                .run(grid(segments.queryLength(), q, q.heads(), count, ROWS + 2 * keys, 0));
    }

    /// Gradients of `count` segments from `from` on.
    void backward(
            AttentionBias bias,
            Segments segments,
            int from,
            int count,
            Heads q,
            Heads k,
            Heads v,
            Heads out,
            Matrix logSumExp,
            Heads dOut,
            Heads dq,
            Heads dk,
            Heads dv) {
        boolean wide = WideRows.begin(q, k, v, dOut);
        int tile = small(q) ? 32 : 16;
        long dots = scratch.atLeast(scratchBytes(logSumExp.rows(), q.heads()));
        begin("Queries", bias, segments, from, count, q)
                .heads(q)
                .heads(k)
                .heads(v)
                .heads(out)
                .matrix(logSumExp)
                .heads(dOut)
                .heads(dq)
                .address(dots)
                .flag(wide)
                .run(grid(segments.queryLength(), q, q.heads(), count, 2 * (ROWS + tile), 0));
        begin("Keys", bias, segments, from, count, q)
                .heads(q)
                .heads(k)
                .heads(v)
                .matrix(logSumExp)
                .heads(dOut)
                .address(dots)
                .heads(dk)
                .heads(dv)
                .flag(wide)
                .run(grid(segments.keyLength(), q, k.heads(), count, 2 * (ROWS + tile), 2 * tile));
    }

    private Launcher begin(String pass, AttentionBias bias, Segments segments, int from, int count, Heads q) {
        String type = q.matrix().dtype() == DType.BF16 ? "Bf16" : "F16";
        String name = pass + type + (small(q) ? "To64" : "To128");
        return AttentionArguments.begin(launcher.kernel(Family.FLASH, name), bias, segments, from, count);
    }

    private static boolean small(Heads q) {
        return q.headDim() <= SMALL_HEAD;
    }

    /// @param tileRows rows of all tiles in shared memory
    /// @param floats what lies behind them
    private static Grid grid(int[] lengths, Heads q, int heads, int count, int tileRows, int floats) {
        int pitch = Math.ceilDiv(q.headDim(), 16) * 16 + 8;
        int bytes = tileRows * pitch * Short.BYTES + floats * Float.BYTES;
        int longest = Arrays.stream(lengths).max().orElse(0);
        return new Grid(Grid.blocks(longest, ROWS), heads, count, THREADS, 1, bytes);
    }
}
