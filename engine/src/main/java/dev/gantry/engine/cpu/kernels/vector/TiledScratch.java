package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.cpu.matmul.Scratch;
import dev.gantry.engine.tensor.DType;
import java.lang.foreign.MemorySegment;

/// What one worker needs for attention in matrix tiles; native memory grows to the longest sequence seen.
final class TiledScratch implements AutoCloseable {
    /// Queries of one block.
    static final int QUERIES = 2 * HalfPanel.ROWS;
    /// Most keys that one block of queries meets at once.
    static final int KEYS = 8 * HalfPanel.ROWS;

    final float[] row = new float[Lanes.padded(KEYS) + Lanes.PADDING];
    final float[] otherRow = new float[row.length];
    final float[] offsets = new float[row.length];
    final float[] max = new float[QUERIES];
    final float[] sum = new float[QUERIES];
    final float[] rowSum = new float[QUERIES];
    final float[] shrink = new float[QUERIES];
    /// Minus the log of each query's denominator.
    final float[] negativeLogSum = new float[QUERIES];
    /// Minus `Σ dOut·out` of each query.
    final float[] negativeDot = new float[QUERIES];

    float[] outputs = new float[0];
    float[] outputGradients = new float[0];

    private final Scratch keys = new Scratch();
    private final Scratch values = new Scratch();
    private final Scratch queries = new Scratch();
    private final Scratch halfGradients = new Scratch();
    private final Scratch scores = new Scratch();
    private final Scratch scoreGradients = new Scratch();
    private final Scratch weights = new Scratch();
    private final Scratch halfScoreGradients = new Scratch();
    private final Scratch sums = new Scratch();
    private final Scratch keyGradients = new Scratch();
    private final Scratch valueGradients = new Scratch();

    /// bf16 `[count, headDim]`, filled up.
    MemorySegment keys(int count, int headDim) {
        return keys.atLeast(HalfPanel.bytes(count, headDim));
    }

    MemorySegment values(int count, int headDim) {
        return values.atLeast(HalfPanel.bytes(count, headDim));
    }

    /// bf16 `[QUERIES, headDim]`.
    MemorySegment queries(int headDim) {
        return queries.atLeast(HalfPanel.bytes(QUERIES, headDim));
    }

    /// Gradients of outputs, bf16 `[QUERIES, headDim]`.
    MemorySegment halfGradients(int headDim) {
        return halfGradients.atLeast(HalfPanel.bytes(QUERIES, headDim));
    }

    /// f32 `[QUERIES, KEYS]` or `[KEYS, QUERIES]`.
    MemorySegment scores() {
        return scores.atLeast((long) QUERIES * KEYS * DType.F32.bytes());
    }

    MemorySegment scoreGradients() {
        return scoreGradients.atLeast((long) QUERIES * KEYS * DType.F32.bytes());
    }

    /// Softmax of the scores in bf16.
    MemorySegment weights() {
        return weights.atLeast((long) QUERIES * KEYS * DType.BF16.bytes());
    }

    MemorySegment halfScoreGradients() {
        return halfScoreGradients.atLeast((long) QUERIES * KEYS * DType.BF16.bytes());
    }

    /// f32 `[QUERIES, headDim]`: outputs, or gradients of queries.
    MemorySegment sums(int headDim) {
        return sums.atLeast((long) QUERIES * headDim * DType.F32.bytes());
    }

    /// f32 `[count, headDim]`, filled up, all 0.
    MemorySegment keyGradients(int count, int headDim) {
        return zeros(keyGradients, count, headDim);
    }

    MemorySegment valueGradients(int count, int headDim) {
        return zeros(valueGradients, count, headDim);
    }

    private static MemorySegment zeros(Scratch scratch, int count, int headDim) {
        long bytes = (long) HalfPanel.padded(count) * headDim * DType.F32.bytes();
        MemorySegment memory = scratch.atLeast(bytes);
        memory.asSlice(0, bytes).fill((byte) 0);
        return memory;
    }

    /// Room for blocks of queries as f32.
    void reserveOutputs(int headDim) {
        int floats = QUERIES * HeadPanel.stride(headDim);
        if (outputs.length < floats) {
            outputs = new float[floats];
            outputGradients = new float[floats];
        }
    }

    @Override
    public void close() {
        keys.close();
        values.close();
        queries.close();
        halfGradients.close();
        scores.close();
        scoreGradients.close();
        weights.close();
        halfScoreGradients.close();
        sums.close();
        keyGradients.close();
        valueGradients.close();
    }
}
