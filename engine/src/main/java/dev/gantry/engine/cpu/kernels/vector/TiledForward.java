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

/// Forward attention on bf16 heads whose products run in matrix tiles: scores of a block of queries and some hundred
/// keys, the softmax over each row of them, and its product with the values (Dao et al. 2022). Weights are rounded to
/// bf16 before that product; their sums are not.
record TiledForward(
        BlockProducts products,
        AttentionBias bias,
        Segments segments,
        Heads q,
        Heads k,
        Heads v,
        Matrix out,
        Matrix logSumExp,
        int chunks) {
    /// Queries of one tile of work, which share keys and values as panels.
    private static final int CHUNK = 4 * QUERIES;

    static TiledForward of(
            BlockProducts products,
            AttentionBias bias,
            Segments segments,
            Heads q,
            Heads k,
            Heads v,
            Matrix out,
            Matrix logSumExp) {
        int chunks = (segments.mostQueries() + CHUNK - 1) / CHUNK;
        return new TiledForward(products, bias, segments, q, k, v, out, logSumExp, chunks);
    }

    int tiles() {
        return chunks * segments.count() * k.heads();
    }

    /// Late chunks come first: they see the most keys.
    void run(int tile, int worker, TiledScratch scratch) {
        int perChunk = segments.count() * k.heads();
        int segment = tile % perChunk / k.heads();
        int first = (chunks - 1 - tile / perChunk) * CHUNK;
        int end = Math.min(segments.queryLength()[segment], first + CHUNK);
        if (first < end) {
            new Chunk(segment, tile % k.heads(), first, end, worker, scratch).attend();
        }
    }

    /// Start of the tile of keys that the query at `position` sees first.
    static int firstKey(AttentionBias bias, int position) {
        return bias.firstKey(position) / HalfPanel.ROWS * HalfPanel.ROWS;
    }

    /// Queries `[first, end)` of one segment and all heads that read one key/value head.
    private final class Chunk {
        private final int segment;
        private final int kvHead;
        private final int first;
        private final int end;
        private final int worker;
        private final TiledScratch scratch;
        private final int headDim = q.headDim();
        private final int before;
        private final int keyFrom;
        private final MemorySegment keys;
        private final MemorySegment values;

        Chunk(int segment, int kvHead, int first, int end, int worker, TiledScratch scratch) {
            this.segment = segment;
            this.kvHead = kvHead;
            this.first = first;
            this.end = end;
            this.worker = worker;
            this.scratch = scratch;
            before = segments.keyLength()[segment] - segments.queryLength()[segment];
            keyFrom = firstKey(bias, before + first);
            int count = before + end - keyFrom;
            int row = segments.keyStart()[segment] + keyFrom;
            keys = scratch.keys(count, headDim);
            values = scratch.values(count, headDim);
            HalfPanel.load(k.matrix(), HeadPanel.column(k, kvHead), headDim, row, count, keys);
            HalfPanel.load(v.matrix(), HeadPanel.column(v, kvHead), headDim, row, count, values);
        }

        void attend() {
            int group = q.heads() / k.heads();
            for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
                for (int i = first; i < end; i += QUERIES) {
                    attendBlock(h, i, Math.min(QUERIES, end - i));
                }
            }
        }

        private void attendBlock(int h, int from, int queries) {
            int row = segments.queryStart()[segment] + from;
            int rows = HalfPanel.padded(queries);
            float slope = bias.slope(h);
            MemorySegment block = scratch.queries(headDim);
            HalfPanel.load(q.matrix(), HeadPanel.column(q, h), headDim, row, queries, block);
            MemorySegment outputs = scratch.sums(headDim);
            ScoreTile.reset(scratch.max, scratch.sum);
            int position = before + from;
            int start = firstKey(bias, position);
            for (int key = start; key < position + queries; key += KEYS) {
                int columns = HalfPanel.padded(Math.min(KEYS, position + queries - key));
                TileView view = new TileView(
                        queries, Math.min(KEYS, position + queries - key), position - key, bias.slidingWindow());
                long at = (long) (key - keyFrom) * headDim * DType.BF16.bytes();
                multiply(
                        new Shape(Layout.NT, rows, columns, headDim, bias.scale(), Accumulate.OVERWRITE),
                        block,
                        keys.asSlice(at),
                        scratch.scores());
                softmax(view, columns, slope);
                if (key > start) {
                    shrink(outputs, queries);
                }
                multiply(
                        new Shape(
                                Layout.NN,
                                rows,
                                headDim,
                                columns,
                                1,
                                key == start ? Accumulate.OVERWRITE : Accumulate.ADD),
                        scratch.weights(),
                        values.asSlice(at),
                        outputs);
            }
            finish(h, row, queries, outputs);
        }

        private void multiply(Shape shape, MemorySegment a, MemorySegment right, MemorySegment c) {
            products.multiply(worker, shape, a, right, c);
        }

        /// Turns scores into weights below the largest score so far, and updates the running maximum and sum of each
        /// query (Milakov, Gimelshein 2018).
        private void softmax(TileView view, int columns, float slope) {
            for (int i = 0; i < view.queries(); i++) {
                ScoreRows.Run run = new ScoreRows.Run(i, columns, view.firstKey(i), view.endKey(i));
                if (run.isEmpty()) {
                    scratch.shrink[i] = 0;
                    scratch.rowSum[i] = 0;
                    ScoreRows.clear(scratch.weights(), run);
                } else {
                    softmaxRow(i, run, slope, view.ahead());
                }
            }
            Exponential.replace(scratch.shrink, view.queries());
            Loops.multiply(scratch.sum, scratch.shrink, view.queries());
            Loops.add(scratch.sum, scratch.rowSum, view.queries());
        }

        private void softmaxRow(int i, ScoreRows.Run run, float slope, int ahead) {
            MemorySegment scores = scratch.scores();
            if (slope != 0) {
                ScoreRows.addRamp(scores, run, slope, run.start() - ahead - i);
            }
            ScoreRows.hideBefore(scores, run);
            float highest = Math.max(scratch.max[i], ScoreRows.highest(scores, run));
            Arrays.fill(scratch.offsets, 0, run.count(), -highest);
            scratch.rowSum[i] = Exponential.ofSums(scores, run.at(), scratch.offsets, 0, run.count(), scratch.row);
            scratch.shrink[i] = scratch.max[i] - highest;
            scratch.max[i] = highest;
            ScoreRows.store(scratch.row, scratch.weights(), run);
        }

        /// Takes what was summed before to the new maximum.
        private void shrink(MemorySegment outputs, int queries) {
            for (int i = 0; i < queries; i++) {
                if (scratch.shrink[i] != 1) {
                    long at = 4L * i * headDim;
                    Blocks.load(DType.F32, outputs, at, headDim, scratch.row, 0);
                    Loops.multiply(scratch.row, scratch.shrink[i], headDim);
                    Blocks.store(scratch.row, 0, DType.F32, outputs, at, headDim);
                }
            }
        }

        /// Divides by the sums, writes the rows out and keeps the log of the denominators.
        private void finish(int h, int row, int queries, MemorySegment outputs) {
            for (int i = 0; i < queries; i++) {
                scratch.shrink[i] = 1 / scratch.sum[i];
                Elements.set(logSumExp, row + i, h, (float) (scratch.max[i] + Math.log(scratch.sum[i])));
            }
            HalfPanel.store(outputs, headDim, queries, scratch.shrink, out, h * headDim, row, scratch.row);
        }
    }
}
