package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.ScoreTile.BLOCK;

/// What one worker needs for attention: tiles and panels, allocated once and grown to the longest sequence seen.
final class AttentionScratch {
    final float[] scores = new float[BLOCK * BLOCK];
    final float[] scoreGradients = new float[BLOCK * BLOCK];
    final float[] max = new float[BLOCK];
    final float[] sum = new float[BLOCK];
    final float[] shrink = new float[BLOCK];
    final float[] zeros = new float[BLOCK];
    /// Minus the log of each query's denominator.
    final float[] negativeLogSum = new float[BLOCK];
    /// Minus `Σ dOut·out` of each query.
    final float[] negativeDot = new float[BLOCK];

    float[] queries = new float[0];
    float[] queriesTransposed = new float[0];
    float[] outputs = new float[0];
    float[] outputGradients = new float[0];
    float[] outputGradientsTransposed = new float[0];
    float[] keys = new float[0];
    float[] values = new float[0];
    float[] keyGradients = new float[0];
    float[] valueGradients = new float[0];

    /// Room for blocks of queries, and for all keys and values of a sequence.
    void reserve(int headDim, int keyCount) {
        int stride = HeadPanel.stride(headDim);
        int block = BLOCK * stride;
        if (queries.length < block) {
            queries = new float[block];
            queriesTransposed = new float[block];
            outputs = new float[block];
            outputGradients = new float[block];
            outputGradientsTransposed = new float[block];
        }
        int all = blocks(keyCount) * block;
        if (keys.length < all) {
            keys = new float[all];
        }
        if (values.length < all) {
            values = new float[all];
        }
    }

    /// Room for the gradients of keys and values besides.
    void reserveGradients(int headDim, int keyCount) {
        reserve(headDim, keyCount);
        if (keyGradients.length < keys.length) {
            keyGradients = new float[keys.length];
        }
        if (valueGradients.length < values.length) {
            valueGradients = new float[values.length];
        }
    }

    /// Room for a run of whole rows of keys and values, whatever their heads.
    void reserveRows(int keyFloats, int valueFloats, int headDim) {
        reserve(headDim, 0);
        if (keys.length < keyFloats) {
            keys = new float[keyFloats];
        }
        if (values.length < valueFloats) {
            values = new float[valueFloats];
        }
    }

    static int blocks(int count) {
        return (count + BLOCK - 1) / BLOCK;
    }
}
