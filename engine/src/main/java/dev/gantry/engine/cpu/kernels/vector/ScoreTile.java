package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// A tile of scores: a row for each key, a column for each query, so that the softmax over keys runs down the lanes of
/// queries and never across a register.
///
/// A tile starts as the bias (0, ALiBi's distance, minus infinity where a query does not see a key); the product of
/// keys and queries is added to it.
final class ScoreTile {
    /// Queries and keys of one tile.
    static final int BLOCK = TileProduct.A_STEP;

    private ScoreTile() {}

    /// Sets `tile[j][i]` to the bias of key j for query i, plus `start[i]`.
    ///
    /// @param view which keys the queries of this tile see
    /// @param slope ALiBi slope of the head, or 0
    static void setBias(float[] tile, TileView view, float slope, float[] start) {
        if (view.sliding() || !view.seesAll() || slope != 0) {
            setDistanceBias(tile, view, slope, start);
            return;
        }
        for (int j = 0; j < view.keys(); j++) {
            System.arraycopy(start, 0, tile, j * BLOCK, BLOCK);
        }
    }

    private static void setDistanceBias(float[] tile, TileView view, float slope, float[] start) {
        float window = view.sliding() ? view.window() : Float.POSITIVE_INFINITY;
        for (int j = 0; j < view.keys(); j++) {
            for (int i = 0; i < BLOCK; i += COUNT) {
                // how far the query stands behind the key; exact in f32
                FloatVector distance = FloatVector.zero(F).addIndex(1).add((float) (view.ahead() + i - j));
                distance.fma(FloatVector.broadcast(F, -slope), FloatVector.fromArray(F, start, i))
                        .blend(Float.NEGATIVE_INFINITY, distance.compare(LT, 0f))
                        .blend(Float.NEGATIVE_INFINITY, distance.compare(GE, window))
                        .intoArray(tile, j * BLOCK + i);
            }
        }
    }

    /// `tile[j][i] += Σ_c keys[j][c] · queries[c][i]`, leaving out what no query sees.
    static void addProducts(float[] tile, TileView view, float[] keys, int keysAt, int headDim, float[] queries) {
        int stride = HeadPanel.stride(headDim);
        for (int j = 0; j < view.keys(); j += TileProduct.ROWS) {
            int from = view.firstQuery(j) / TileProduct.COLUMNS * TileProduct.COLUMNS;
            int to = view.endQuery(Math.min(view.keys(), j + TileProduct.ROWS) - 1);
            for (int i = from; i < to; i += TileProduct.COLUMNS) {
                TileProduct.addRows(
                        keys, keysAt + j * stride, stride, queries, i, BLOCK, 0, headDim, tile, j * BLOCK + i, BLOCK);
            }
        }
    }

    /// Turns scores into `exp(score - max)` for the largest score so far and updates the running maximum and sum of
    /// each query (Milakov, Gimelshein 2018). `shrink[i]` receives the factor for what was summed before.
    ///
    /// @return whether any factor differs from 1
    static boolean softmax(float[] tile, int keys, int queries, float[] max, float[] sum, float[] shrink) {
        boolean risen = false;
        for (int i = 0; i < queries; i += COUNT) {
            risen |= subtractMax(tile, keys, i, max, shrink);
        }
        Exponential.replace(tile, keys * BLOCK);
        if (risen) {
            Exponential.replace(shrink, queries);
        } else {
            Arrays.fill(shrink, 1f);
        }
        for (int i = 0; i < queries; i += COUNT) {
            addSum(tile, keys, i, sum, shrink);
        }
        return risen;
    }

    /// For the queries of one vector: takes the largest score so far off, leaves `old max - new max` in `shrink`.
    private static boolean subtractMax(float[] tile, int keys, int i, float[] max, float[] shrink) {
        FloatVector before = FloatVector.fromArray(F, max, i);
        FloatVector highest = before;
        for (int j = 0; j < keys; j++) {
            FloatVector score = FloatVector.fromArray(F, tile, j * BLOCK + i);
            highest = highest.blend(score, score.compare(GT, highest));
        }
        for (int j = 0; j < keys; j++) {
            FloatVector.fromArray(F, tile, j * BLOCK + i).sub(highest).intoArray(tile, j * BLOCK + i);
        }
        highest.intoArray(max, i);
        before.sub(highest).intoArray(shrink, i);
        return before.compare(LT, highest).anyTrue();
    }

    private static void addSum(float[] tile, int keys, int i, float[] sum, float[] shrink) {
        FloatVector total = FloatVector.zero(F);
        for (int j = 0; j < keys; j++) {
            total = total.add(FloatVector.fromArray(F, tile, j * BLOCK + i));
        }
        FloatVector.fromArray(F, sum, i)
                .fma(FloatVector.fromArray(F, shrink, i), total)
                .intoArray(sum, i);
    }

    /// `out[i][..] += Σ_j tile[j][i] · values[j][..]`, leaving out keys that no query of a register tile sees.
    static void addWeighted(float[] tile, TileView view, float[] values, int valuesAt, int headDim, float[] out) {
        int stride = HeadPanel.stride(headDim);
        for (int i = 0; i < view.queries(); i += TileProduct.ROWS) {
            int from = view.firstKey(i);
            int to = view.endKey(Math.min(view.queries(), i + TileProduct.ROWS) - 1);
            for (int c = 0; c < stride; c += TileProduct.COLUMNS) {
                TileProduct.addColumns(tile, i, values, valuesAt + c, stride, from, to, out, i * stride + c, stride);
            }
        }
    }

    /// `out[j][..] += Σ_i tile[j][i] · rows[i][..]`, leaving out queries that see no key of a register tile.
    static void addTransposed(float[] tile, TileView view, float[] rows, int headDim, float[] out, int outAt) {
        int stride = HeadPanel.stride(headDim);
        for (int j = 0; j < view.keys(); j += TileProduct.ROWS) {
            int from = view.firstQuery(j);
            int to = view.endQuery(Math.min(view.keys(), j + TileProduct.ROWS) - 1);
            for (int c = 0; c < stride; c += TileProduct.COLUMNS) {
                TileProduct.addRows(
                        tile, j * BLOCK, BLOCK, rows, c, stride, from, to, out, outAt + j * stride + c, stride);
            }
        }
    }

    /// `p = exp(p)`, `ds = p · dp` where `dp` already has its row sum taken off; ds overwrites dp.
    static void gradient(float[] p, float[] dp, int keys) {
        Exponential.replace(p, keys * BLOCK);
        Loops.multiply(dp, p, keys * BLOCK);
    }

    /// Sets every row of the tile to `start`.
    static void setRows(float[] tile, int keys, float[] start) {
        for (int j = 0; j < keys; j++) {
            System.arraycopy(start, 0, tile, j * BLOCK, BLOCK);
        }
    }

    static void reset(float[] max, float[] sum) {
        Arrays.fill(max, -Float.MAX_VALUE); // finite, so that a block a query does not see leaves no NaN
        Arrays.fill(sum, 0f);
    }
}
