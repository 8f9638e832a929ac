package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.ADD;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// Attention of one query a segment over a long cache. A tile of work is one key/value head and a fixed run of keys;
/// the runs' maxima, sums and weighted values are put together in the order of the keys.
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
    /// Keys of one run: enough to be worth a thread, few enough that their panel stays in the second cache.
    private static final int SPLIT = 256;

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
        return HeadPanel.stride(q.headDim()) + 2;
    }

    int tiles() {
        return segments.count() * k.heads() * splits;
    }

    void run(int tile, AttentionScratch scratch) {
        int segment = tile / (k.heads() * splits);
        int kvHead = tile / splits % k.heads();
        int split = tile % splits;
        int group = q.heads() / k.heads();
        int length = segments.keyLength()[segment];
        int firstSeen = bias.slidingWindow() == 0 ? 0 : Math.max(0, length - bias.slidingWindow());
        int from = Math.max(firstSeen, split * SPLIT);
        int count = Math.min(length, (split + 1) * SPLIT) - from;
        int stride = HeadPanel.stride(q.headDim());
        scratch.reserve(q.headDim(), SPLIT);
        if (count > 0) {
            int row = segments.keyStart()[segment] + from;
            HeadPanel.load(k.matrix(), HeadPanel.column(k, kvHead), k.headDim(), row, count, scratch.keys, 0);
            HeadPanel.load(v.matrix(), HeadPanel.column(v, kvHead), v.headDim(), row, count, scratch.values, 0);
        }
        for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
            int at = ((segment * q.heads() + h) * splits + split) * partialStride(q);
            Arrays.fill(partials, at, at + partialStride(q), 0f);
            if (count > 0) {
                attend(segment, h, from, count, stride, at, scratch);
            }
        }
    }

    private void attend(int segment, int h, int from, int count, int stride, int at, AttentionScratch scratch) {
        int position = segments.keyLength()[segment] - 1;
        int row = segments.queryStart()[segment];
        HeadPanel.load(q.matrix(), HeadPanel.column(q, h), q.headDim(), row, 1, scratch.queries, 0);
        HeadPanel.scale(scratch.queries, q.headDim(), 1, bias.scale());
        float[] scores = scratch.scores;
        products(scratch.queries, scratch.keys, count, stride, scores);
        float[] slopes = bias.alibiSlopes();
        if (slopes != null) {
            for (int j = 0; j < count; j++) {
                scores[j] += slopes[h] * (from + j - position);
            }
        }
        Arrays.fill(scores, count, Lanes.padded(count), Float.NEGATIVE_INFINITY);
        float max = Loops.max(scores, count);
        Loops.subtract(scores, max, Lanes.padded(count));
        Exponential.replace(scores, Lanes.padded(count));
        partials[at] = max;
        partials[at + 1] = Loops.sum(scores, count);
        weigh(scores, scratch.values, count, stride, partials, at + 2);
    }

    /// `scores[j] = Σ_c query[c] · keys[j][c]`.
    private static void products(float[] query, float[] keys, int count, int stride, float[] scores) {
        for (int j = 0; j < count; j++) {
            FloatVector x = FloatVector.zero(F);
            FloatVector y = FloatVector.zero(F);
            for (int c = 0; c < stride; c += 2 * COUNT) {
                x = FloatVector.fromArray(F, query, c).fma(FloatVector.fromArray(F, keys, j * stride + c), x);
                y = FloatVector.fromArray(F, query, c + COUNT)
                        .fma(FloatVector.fromArray(F, keys, j * stride + c + COUNT), y);
            }
            scores[j] = x.add(y).reduceLanes(ADD);
        }
    }

    /// `to[c] = Σ_j weights[j] · values[j][c]`.
    private static void weigh(float[] weights, float[] values, int count, int stride, float[] to, int at) {
        for (int c = 0; c < stride; c += 2 * COUNT) {
            FloatVector x = FloatVector.zero(F);
            FloatVector y = FloatVector.zero(F);
            for (int j = 0; j < count; j++) {
                FloatVector weight = FloatVector.broadcast(F, weights[j]);
                x = weight.fma(FloatVector.fromArray(F, values, j * stride + c), x);
                y = weight.fma(FloatVector.fromArray(F, values, j * stride + c + COUNT), y);
            }
            x.intoArray(to, at + c);
            y.intoArray(to, at + c + COUNT);
        }
    }

    /// Puts the runs of one segment together.
    void combine(int segment, AttentionScratch scratch) {
        int row = segments.queryStart()[segment];
        int headDim = q.headDim();
        scratch.reserve(headDim, SPLIT);
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
