package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.ScoreTile.BLOCK;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;

/// Forward attention for blocks of queries. A tile of work is one key/value head and some hundred queries of one
/// segment: keys and values are widened once and serve every query head that reads them.
record AttentionForward(
        AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp, int chunks) {
    /// Queries of one tile of work.
    private static final int CHUNK = 4 * BLOCK;

    static AttentionForward of(
            AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp) {
        int chunks = (segments.mostQueries() + CHUNK - 1) / CHUNK;
        return new AttentionForward(bias, segments, q, k, v, out, logSumExp, chunks);
    }

    int tiles() {
        return chunks * segments.count() * k.heads();
    }

    /// Late chunks come first: they see the most keys.
    void run(int tile, AttentionScratch scratch) {
        int perChunk = segments.count() * k.heads();
        int chunk = chunks - 1 - tile / perChunk;
        int segment = tile % perChunk / k.heads();
        int kvHead = tile % k.heads();
        int first = chunk * CHUNK;
        int end = Math.min(segments.queryLength()[segment], first + CHUNK);
        if (first < end) {
            attend(segment, kvHead, first, end, scratch);
        }
    }

    private void attend(int segment, int kvHead, int first, int end, AttentionScratch scratch) {
        int before = segments.keyLength()[segment] - segments.queryLength()[segment];
        int keyFrom = firstKeyBlock(before + first);
        int keyTo = before + end;
        scratch.reserve(q.headDim(), keyTo);
        int keyRow = segments.keyStart()[segment] + keyFrom;
        HeadPanel.load(k.matrix(), HeadPanel.column(k, kvHead), k.headDim(), keyRow, keyTo - keyFrom, scratch.keys, 0);
        HeadPanel.load(
                v.matrix(), HeadPanel.column(v, kvHead), v.headDim(), keyRow, keyTo - keyFrom, scratch.values, 0);
        int group = q.heads() / k.heads();
        for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
            for (int i = first; i < end; i += BLOCK) {
                attendBlock(segment, h, i, Math.min(BLOCK, end - i), before, keyFrom, scratch);
            }
        }
    }

    /// Start of the first block of keys that the query at `position` sees.
    private int firstKeyBlock(int position) {
        return bias.firstKey(position) / BLOCK * BLOCK;
    }

    private void attendBlock(
            int segment, int h, int first, int queries, int before, int keyFrom, AttentionScratch scratch) {
        int headDim = q.headDim();
        int stride = HeadPanel.stride(headDim);
        int row = segments.queryStart()[segment] + first;
        float slope = bias.slope(h);
        HeadPanel.load(q.matrix(), HeadPanel.column(q, h), headDim, row, queries, scratch.queries, 0);
        HeadPanel.scale(scratch.queries, headDim, queries, bias.scale());
        HeadPanel.transpose(scratch.queries, headDim, queries, scratch.queriesTransposed);
        Arrays.fill(scratch.outputs, 0, BLOCK * stride, 0f);
        ScoreTile.reset(scratch.max, scratch.sum);
        int position = before + first;
        for (int key = firstKeyBlock(position); key < position + queries; key += BLOCK) {
            int keys = Math.min(BLOCK, position + queries - key);
            TileView view = new TileView(queries, keys, position - key, bias.slidingWindow());
            int at = (key - keyFrom) * stride;
            ScoreTile.setBias(scratch.scores, view, slope, scratch.zeros);
            ScoreTile.addProducts(scratch.scores, view, scratch.keys, at, headDim, scratch.queriesTransposed);
            if (ScoreTile.softmax(scratch.scores, keys, queries, scratch.max, scratch.sum, scratch.shrink)) {
                HeadPanel.scaleRows(scratch.outputs, headDim, queries, scratch.shrink);
            }
            ScoreTile.addWeighted(scratch.scores, view, scratch.values, at, headDim, scratch.outputs);
        }
        finish(h, row, queries, scratch);
    }

    /// Divides by the sums, writes the rows out and keeps the log of the denominators.
    private void finish(int h, int row, int queries, AttentionScratch scratch) {
        for (int i = 0; i < queries; i++) {
            scratch.shrink[i] = 1 / scratch.sum[i];
            Elements.set(logSumExp, row + i, h, (float) (scratch.max[i] + Math.log(scratch.sum[i])));
        }
        HeadPanel.scaleRows(scratch.outputs, q.headDim(), queries, scratch.shrink);
        HeadPanel.store(scratch.outputs, 0, out, h * q.headDim(), q.headDim(), row, queries);
    }
}
