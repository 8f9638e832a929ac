package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.ScoreTile.BLOCK;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;

/// Backward attention. A tile of work is one key/value head of one segment with all query heads that read it, so that
/// gradients of keys and values add up in one place and one order: head by head, query block by query block.
///
/// With p = softmax(s) and D = Σ dOut·out of a query: dv = pᵀ·dOut, ds = p ∘ (dOut·vᵀ - D), dq = scale · ds·k,
/// dk = scale · dsᵀ·q (Dao et al. 2022, appendix B).
record AttentionBackward(
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

    void run(int tile, AttentionScratch scratch) {
        int segment = tile / k.heads();
        int kvHead = tile % k.heads();
        int length = segments.keyLength()[segment];
        int row = segments.keyStart()[segment];
        int headDim = k.headDim();
        scratch.reserveGradients(headDim, length);
        HeadPanel.load(k.matrix(), HeadPanel.column(k, kvHead), headDim, row, length, scratch.keys, 0);
        HeadPanel.load(v.matrix(), HeadPanel.column(v, kvHead), headDim, row, length, scratch.values, 0);
        int used = AttentionScratch.blocks(length) * BLOCK * HeadPanel.stride(headDim);
        Arrays.fill(scratch.keyGradients, 0, used, 0f);
        Arrays.fill(scratch.valueGradients, 0, used, 0f);
        int group = q.heads() / k.heads();
        for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
            for (int i = 0; i < segments.queryLength()[segment]; i += BLOCK) {
                int queries = Math.min(BLOCK, segments.queryLength()[segment] - i);
                backwardOfBlock(segment, h, i, queries, scratch);
            }
        }
        HeadPanel.store(scratch.keyGradients, 0, dk.matrix(), HeadPanel.column(dk, kvHead), headDim, row, length);
        HeadPanel.store(scratch.valueGradients, 0, dv.matrix(), HeadPanel.column(dv, kvHead), headDim, row, length);
    }

    private void backwardOfBlock(int segment, int h, int first, int queries, AttentionScratch scratch) {
        int headDim = q.headDim();
        int stride = HeadPanel.stride(headDim);
        int row = segments.queryStart()[segment] + first;
        float slope = bias.slope(h);
        loadBlock(h, row, queries, scratch);
        float[] queryGradients = scratch.outputs; // the outputs are no longer needed
        Arrays.fill(queryGradients, 0, BLOCK * stride, 0f);
        int position = segments.keyLength()[segment] - segments.queryLength()[segment] + first;
        for (int key = bias.firstKey(position) / BLOCK * BLOCK; key < position + queries; key += BLOCK) {
            int keys = Math.min(BLOCK, position + queries - key);
            TileView view = new TileView(queries, keys, position - key, bias.slidingWindow());
            int at = key * stride;
            float[] p = scratch.scores;
            float[] ds = scratch.scoreGradients;
            ScoreTile.setBias(p, view, slope, scratch.negativeLogSum);
            ScoreTile.addProducts(p, view, scratch.keys, at, headDim, scratch.queriesTransposed);
            ScoreTile.setRows(ds, keys, scratch.negativeDot);
            ScoreTile.addProducts(ds, view, scratch.values, at, headDim, scratch.outputGradientsTransposed);
            ScoreTile.gradient(p, ds, keys);
            ScoreTile.addTransposed(p, view, scratch.outputGradients, headDim, scratch.valueGradients, at);
            ScoreTile.addTransposed(ds, view, scratch.queries, headDim, scratch.keyGradients, at);
            ScoreTile.addWeighted(ds, view, scratch.keys, at, headDim, queryGradients);
        }
        HeadPanel.scale(queryGradients, headDim, queries, bias.scale());
        HeadPanel.store(queryGradients, 0, dq.matrix(), HeadPanel.column(dq, h), headDim, row, queries);
    }

    /// Queries (scaled) and output gradients, both ways round, and what each query's row of scores starts from.
    private void loadBlock(int h, int row, int queries, AttentionScratch scratch) {
        int headDim = q.headDim();
        HeadPanel.load(q.matrix(), HeadPanel.column(q, h), headDim, row, queries, scratch.queries, 0);
        HeadPanel.scale(scratch.queries, headDim, queries, bias.scale());
        HeadPanel.transpose(scratch.queries, headDim, queries, scratch.queriesTransposed);
        HeadPanel.load(dOut, h * headDim, headDim, row, queries, scratch.outputGradients, 0);
        HeadPanel.transpose(scratch.outputGradients, headDim, queries, scratch.outputGradientsTransposed);
        HeadPanel.load(out, h * headDim, headDim, row, queries, scratch.outputs, 0);
        Arrays.fill(scratch.negativeLogSum, 0f);
        Arrays.fill(scratch.negativeDot, 0f);
        HeadPanel.dots(scratch.outputs, scratch.outputGradients, headDim, queries, -1f, scratch.negativeDot);
        for (int i = 0; i < queries; i++) {
            scratch.negativeLogSum[i] = -Elements.get(logSumExp, row + i, h);
        }
    }
}
