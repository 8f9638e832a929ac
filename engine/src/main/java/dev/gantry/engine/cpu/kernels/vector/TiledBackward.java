package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.TiledScratch.KEYS;
import static dev.gantry.engine.cpu.kernels.vector.TiledScratch.QUERIES;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.matmul.BlockProducts;
import dev.gantry.engine.cpu.matmul.BlockProducts.Shape;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Backward attention on bf16 heads whose products run in matrix tiles; formulas as in {@link AttentionBackward}.
///
/// Scores lie with a row for each key, so that what belongs to a query runs along the row, and two of the three
/// products that add gradients up take them as they lie. Weights and gradients of scores are rounded to bf16 for these
/// products. A tile of work is one key/value head of one segment, so that gradients add up in one place and one order.
record TiledBackward(
        BlockProducts products,
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

    int tiles() {
        return segments.count() * k.heads();
    }

    void run(int tile, int worker, TiledScratch scratch) {
        new Head(tile / k.heads(), tile % k.heads(), worker, scratch).run();
    }

    /// One key/value head of one segment with all query heads that read it.
    private final class Head {
        private final int segment;
        private final int kvHead;
        private final int worker;
        private final TiledScratch scratch;
        private final int headDim = k.headDim();
        private final int length;
        private final int keyRow;
        private final MemorySegment keys;
        private final MemorySegment values;
        private final MemorySegment keyGradients;
        private final MemorySegment valueGradients;

        Head(int segment, int kvHead, int worker, TiledScratch scratch) {
            this.segment = segment;
            this.kvHead = kvHead;
            this.worker = worker;
            this.scratch = scratch;
            length = segments.keyLength()[segment];
            keyRow = segments.keyStart()[segment];
            keys = scratch.keys(length, headDim);
            values = scratch.values(length, headDim);
            keyGradients = scratch.keyGradients(length, headDim);
            valueGradients = scratch.valueGradients(length, headDim);
            scratch.reserveOutputs(headDim);
        }

        void run() {
            HalfPanel.load(k.matrix(), HeadPanel.column(k, kvHead), headDim, keyRow, length, keys);
            HalfPanel.load(v.matrix(), HeadPanel.column(v, kvHead), headDim, keyRow, length, values);
            int group = q.heads() / k.heads();
            int queries = segments.queryLength()[segment];
            for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
                for (int i = 0; i < queries; i += QUERIES) {
                    block(h, i, Math.min(QUERIES, queries - i));
                }
            }
            int dkColumn = HeadPanel.column(dk, kvHead);
            int dvColumn = HeadPanel.column(dv, kvHead);
            HalfPanel.store(keyGradients, headDim, length, dk.matrix(), dkColumn, keyRow, scratch.row);
            HalfPanel.store(valueGradients, headDim, length, dv.matrix(), dvColumn, keyRow, scratch.row);
        }

        private void block(int h, int first, int queries) {
            int row = segments.queryStart()[segment] + first;
            int rows = HalfPanel.padded(queries);
            float slope = bias.slope(h);
            MemorySegment block = scratch.queries(headDim);
            HalfPanel.load(q.matrix(), HeadPanel.column(q, h), headDim, row, queries, block);
            MemorySegment gradients = scratch.halfGradients(headDim);
            HalfPanel.load(dOut, h * headDim, headDim, row, queries, gradients);
            startRows(h, row, queries);
            MemorySegment queryGradients = scratch.sums(headDim);
            int position = segments.keyLength()[segment] - segments.queryLength()[segment] + first;
            int start = TiledForward.firstKey(bias, position);
            for (int key = start; key < position + queries; key += KEYS) {
                int count = Math.min(KEYS, position + queries - key);
                TileView view = new TileView(queries, count, position - key, bias.slidingWindow());
                Accumulate accumulate = key == start ? Accumulate.OVERWRITE : Accumulate.ADD;
                keys(view, key, rows, slope, block, gradients, queryGradients, accumulate);
            }
            HalfPanel.store(queryGradients, headDim, queries, dq.matrix(), HeadPanel.column(dq, h), row, scratch.row);
        }

        /// What each query's scores and their gradients start from.
        private void startRows(int h, int row, int queries) {
            HeadPanel.load(out, h * headDim, headDim, row, queries, scratch.outputs, 0);
            HeadPanel.load(dOut, h * headDim, headDim, row, queries, scratch.outputGradients, 0);
            Arrays.fill(scratch.negativeDot, 0f);
            Arrays.fill(scratch.negativeLogSum, 0f);
            HeadPanel.dots(scratch.outputs, scratch.outputGradients, headDim, queries, -1f, scratch.negativeDot);
            for (int i = 0; i < queries; i++) {
                scratch.negativeLogSum[i] = -Elements.get(logSumExp, row + i, h);
            }
        }

        /// A block of queries and the keys from `key` on.
        private void keys(
                TileView view,
                int key,
                int rows,
                float slope,
                MemorySegment block,
                MemorySegment gradients,
                MemorySegment queryGradients,
                Accumulate accumulate) {
            int count = HalfPanel.padded(view.keys());
            float scale = bias.scale();
            MemorySegment someKeys = keys.asSlice((long) key * headDim * DType.BF16.bytes());
            MemorySegment someValues = values.asSlice((long) key * headDim * DType.BF16.bytes());
            long sumsAt = (long) key * headDim * DType.F32.bytes();
            Shape scores = new Shape(Layout.NT, count, rows, headDim, scale, Accumulate.OVERWRITE);
            multiply(scores, someKeys, block, scratch.scores());
            Shape weightGradients = new Shape(Layout.NT, count, rows, headDim, 1, Accumulate.OVERWRITE);
            multiply(weightGradients, someValues, gradients, scratch.scoreGradients());
            weigh(view, count, rows, slope);
            Shape toValues = new Shape(Layout.NN, count, headDim, rows, 1, Accumulate.ADD);
            multiply(toValues, scratch.weights(), gradients, valueGradients.asSlice(sumsAt));
            Shape toKeys = new Shape(Layout.NN, count, headDim, rows, scale, Accumulate.ADD);
            multiply(toKeys, scratch.halfScoreGradients(), block, keyGradients.asSlice(sumsAt));
            Shape toQueries = new Shape(Layout.TN, rows, headDim, count, scale, accumulate);
            multiply(toQueries, scratch.halfScoreGradients(), someKeys, queryGradients);
        }

        private void multiply(Shape shape, MemorySegment a, MemorySegment right, MemorySegment c) {
            products.multiply(worker, shape, a, right, c);
        }

        /// `p = exp(s - logSumExp)` and `ds = p · (dp - dot)`, key by key.
        private void weigh(TileView view, int count, int rows, float slope) {
            for (int j = 0; j < count; j++) {
                int from = j < view.keys() ? view.firstQuery(j) : rows;
                int to = j < view.keys() ? view.endQuery(j) : rows;
                ScoreRows.Run run = new ScoreRows.Run(j, rows, from, to);
                if (run.isEmpty()) {
                    ScoreRows.clear(scratch.weights(), run);
                    ScoreRows.clear(scratch.halfScoreGradients(), run);
                } else {
                    weighRow(run, slope, view.ahead());
                }
            }
        }

        private void weighRow(ScoreRows.Run run, float slope, int ahead) {
            MemorySegment scores = scratch.scores();
            if (slope != 0) {
                ScoreRows.addRamp(scores, run, -slope, ahead + run.start() - run.r());
            }
            ScoreRows.hideBefore(scores, run);
            float[] p = scratch.row;
            Exponential.ofSums(scores, run.at(), scratch.negativeLogSum, run.start(), run.count(), p);
            ScoreRows.gradients(scratch.scoreGradients(), run, scratch.negativeDot, p, scratch.otherRow);
            ScoreRows.store(p, scratch.weights(), run);
            ScoreRows.store(scratch.otherRow, scratch.halfScoreGradients(), run);
        }
    }
}
