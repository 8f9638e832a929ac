package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.LaneSum;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// Attention of one query a segment over a long cache. A tile of work is a fixed run of keys with all its heads, so
/// that the cache is read row after row as it lies; the runs' maxima, sums and weighted values are put together in
/// the order of the keys.
///
/// @param splits runs of keys of the longest segment
/// @param partials for each segment, head and run: maximum, sum, and the weighted values
@SuppressWarnings("ArrayRecordComponent") // scratch of one call, compared by nobody
record AttentionDecode(
        AttentionBias bias,
        Segments segments,
        Heads q,
        Heads k,
        Heads v,
        Matrix out,
        Matrix logSumExp,
        int splits,
        float[] partials) {
    /// Keys of one run: enough to be worth a thread, few enough that keys and values stay in the second cache.
    private static final int SPLIT = 64;

    static boolean fits(Segments segments) {
        for (int length : segments.queryLength()) {
            if (length != 1) {
                return false;
            }
        }
        return true;
    }

    static int splits(Segments segments) {
        int longest = 0;
        for (int length : segments.keyLength()) {
            longest = Math.max(longest, length);
        }
        return (longest + SPLIT - 1) / SPLIT;
    }

    static int partialLength(Segments segments, Heads q) {
        return segments.count() * q.heads() * splits(segments) * partialStride(q);
    }

    private static int partialStride(Heads q) {
        return Lanes.padded(q.headDim()) + 2;
    }

    int tiles() {
        return segments.count() * splits;
    }

    void run(int tile, AttentionScratch scratch) {
        int segment = tile / splits;
        int split = tile % splits;
        int length = segments.keyLength()[segment];
        int firstSeen = bias.firstKey(length - 1);
        int from = Math.max(firstSeen, split * SPLIT);
        int count = Math.min(length, (split + 1) * SPLIT) - from;
        if (count > 0) {
            scratch.reserveRows(SPLIT * span(k), SPLIT * span(v), q.headDim());
            int row = segments.keyStart()[segment] + from;
            Blocks.loadRows(k.matrix(), row, k.firstColumn(), count, span(k), scratch.keys, 0, span(k));
            Blocks.loadRows(v.matrix(), row, v.firstColumn(), count, span(v), scratch.values, 0, span(v));
        }
        for (int h = 0; h < q.heads(); h++) {
            int at = ((segment * q.heads() + h) * splits + split) * partialStride(q);
            if (count > 0) {
                attend(segment, h, from, count, at, scratch);
            } else {
                Arrays.fill(partials, at, at + partialStride(q), 0f);
            }
        }
    }

    /// Columns from the first head to the end of the last.
    private static int span(Heads heads) {
        return (heads.heads() - 1) * heads.headStride() + heads.headDim();
    }

    private void attend(int segment, int h, int from, int count, int at, AttentionScratch scratch) {
        int headDim = q.headDim();
        int kvHead = h / (q.heads() / k.heads());
        float[] query = scratch.queries;
        Blocks.load(q.matrix(), segments.queryStart()[segment], HeadPanel.column(q, h), headDim, query, 0);
        for (int c = 0; c < headDim; c++) {
            query[c] *= bias.scale();
        }
        float[] scores = scratch.scores;
        products(query, scratch.keys, kvHead * k.headStride(), span(k), headDim, count, scores);
        float[] slopes = bias.alibiSlopes();
        if (slopes != null) {
            int position = segments.keyLength()[segment] - 1;
            for (int j = 0; j < count; j++) {
                scores[j] += slopes[h] * (from + j - position);
            }
        }
        int padded = Lanes.padded(count);
        Arrays.fill(scores, count, padded, Float.NEGATIVE_INFINITY);
        float max = Loops.max(scores, count);
        Loops.subtract(scores, max, padded);
        Exponential.replace(scores, padded);
        partials[at] = max;
        partials[at + 1] = Loops.sum(scores, count);
        weigh(scores, scratch.values, kvHead * v.headStride(), span(v), headDim, count, partials, at + 2);
    }

    /// `scores[j] = Σ_c query[c] · keys[j][c]`.
    private static void products(
            float[] query, float[] keys, int at, int stride, int headDim, int count, float[] scores) {
        int bound = headDim / (2 * COUNT) * 2 * COUNT;
        for (int j = 0; j < count; j++) {
            int row = at + j * stride;
            FloatVector x = FloatVector.zero(F);
            FloatVector y = FloatVector.zero(F);
            for (int c = 0; c < bound; c += 2 * COUNT) {
                x = FloatVector.fromArray(F, query, c).fma(FloatVector.fromArray(F, keys, row + c), x);
                y = FloatVector.fromArray(F, query, c + COUNT).fma(FloatVector.fromArray(F, keys, row + c + COUNT), y);
            }
            float sum = LaneSum.of(x.add(y));
            for (int c = bound; c < headDim; c++) {
                sum += query[c] * keys[row + c];
            }
            scores[j] = sum;
        }
    }

    /// `to[c] = Σ_j weights[j] · values[j][c]`.
    private static void weigh(
            float[] weights, float[] values, int at, int stride, int headDim, int count, float[] to, int toAt) {
        int c = 0;
        for (int bound = headDim / (2 * COUNT) * 2 * COUNT; c < bound; c += 2 * COUNT) {
            FloatVector x = FloatVector.zero(F);
            FloatVector y = FloatVector.zero(F);
            for (int j = 0; j < count; j++) {
                FloatVector weight = FloatVector.broadcast(F, weights[j]);
                x = weight.fma(FloatVector.fromArray(F, values, at + j * stride + c), x);
                y = weight.fma(FloatVector.fromArray(F, values, at + j * stride + c + COUNT), y);
            }
            x.intoArray(to, toAt + c);
            y.intoArray(to, toAt + c + COUNT);
        }
        for (; c < headDim; c++) {
            float sum = 0;
            for (int j = 0; j < count; j++) {
                sum += weights[j] * values[at + j * stride + c];
            }
            to[toAt + c] = sum;
        }
    }

    /// Puts the runs of one segment together.
    void combine(int segment, AttentionScratch scratch) {
        int row = segments.queryStart()[segment];
        int headDim = q.headDim();
        scratch.reserveRows(0, 0, headDim);
        for (int h = 0; h < q.heads(); h++) {
            int first = (segment * q.heads() + h) * splits * partialStride(q);
            float max = Float.NEGATIVE_INFINITY;
            for (int split = 0; split < splits; split++) {
                int at = first + split * partialStride(q);
                max = partials[at + 1] == 0 ? max : Math.max(max, partials[at]);
            }
            float[] total = scratch.outputs;
            Arrays.fill(total, 0, headDim, 0f);
            float sum = 0;
            for (int split = 0; split < splits; split++) {
                int at = first + split * partialStride(q);
                if (partials[at + 1] != 0) {
                    float factor = (float) Math.exp((double) partials[at] - max);
                    sum += partials[at + 1] * factor;
                    for (int c = 0; c < headDim; c++) {
                        total[c] += partials[at + 2 + c] * factor;
                    }
                }
            }
            for (int c = 0; c < headDim; c++) {
                total[c] /= sum;
            }
            Blocks.store(total, 0, out, row, h * headDim, headDim);
            Elements.set(logSumExp, row, h, (float) (max + Math.log(sum)));
        }
    }
}
