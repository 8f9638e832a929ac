package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.Elements.get;
import static dev.gantry.engine.cpu.Elements.set;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.tensor.Matrix;

/// Attention query by query, one row of scores at a time.
public final class ScalarAttention implements AttentionKernels {

    @Override
    public void forward(
            AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp) {
        int group = q.heads() / k.heads();
        for (int s = 0; s < segments.count(); s++) {
            double[] p = new double[segments.keyLength()[s]];
            for (int h = 0; h < q.heads(); h++) {
                for (int i = 0; i < segments.queryLength()[s]; i++) {
                    int row = segments.queryStart()[s] + i;
                    Visible keys = Visible.of(bias, segments, s, i);
                    double lse = scores(bias, keys, q, row, h, k, h / group, p);
                    set(logSumExp, row, h, (float) lse);
                    for (int c = 0; c < v.headDim(); c++) {
                        double sum = 0;
                        for (int j = keys.from; j <= keys.position; j++) {
                            sum += Math.exp(p[j] - lse) * at(v, keys.start + j, h / group, c);
                        }
                        set(out, row, h * v.headDim() + c, (float) sum);
                    }
                }
            }
        }
    }

    @Override
    public void backward(
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
        for (int s = 0; s < segments.count(); s++) {
            for (int kvHead = 0; kvHead < k.heads(); kvHead++) {
                backwardOfHead(bias, segments, s, kvHead, q, k, v, out, logSumExp, dOut, dq, dk, dv);
            }
        }
    }

    /// One segment and key/value head, with all query heads that read it.
    private static void backwardOfHead(
            AttentionBias bias,
            Segments segments,
            int s,
            int kvHead,
            Heads q,
            Heads k,
            Heads v,
            Matrix out,
            Matrix logSumExp,
            Matrix dOut,
            Heads dq,
            Heads dk,
            Heads dv) {
        int group = q.heads() / k.heads();
        int keyLength = segments.keyLength()[s];
        double[][] sumDk = new double[keyLength][k.headDim()];
        double[][] sumDv = new double[keyLength][v.headDim()];
        double[] score = new double[keyLength];
        for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
            for (int i = 0; i < segments.queryLength()[s]; i++) {
                int row = segments.queryStart()[s] + i;
                Visible keys = Visible.of(bias, segments, s, i);
                scores(bias, keys, q, row, h, k, kvHead, score);
                double lse = get(logSumExp, row, h);
                double dOutDotOut = 0; // Σ_c dOut·out = Σ_j p_j · dp_j
                for (int c = 0; c < v.headDim(); c++) {
                    int column = h * v.headDim() + c;
                    dOutDotOut += (double) get(dOut, row, column) * get(out, row, column);
                }
                double[] sumDq = new double[q.headDim()];
                for (int j = keys.from; j <= keys.position; j++) {
                    double p = Math.exp(score[j] - lse);
                    double dp = 0;
                    for (int c = 0; c < v.headDim(); c++) {
                        double d = get(dOut, row, h * v.headDim() + c);
                        dp += d * at(v, keys.start + j, kvHead, c);
                        sumDv[j][c] += p * d;
                    }
                    double ds = p * (dp - dOutDotOut) * bias.scale();
                    for (int c = 0; c < q.headDim(); c++) {
                        sumDq[c] += ds * at(k, keys.start + j, kvHead, c);
                        sumDk[j][c] += ds * at(q, row, h, c);
                    }
                }
                store(sumDq, dq, row, h);
            }
        }
        for (int j = 0; j < keyLength; j++) {
            store(sumDk[j], dk, segments.keyStart()[s] + j, kvHead);
            store(sumDv[j], dv, segments.keyStart()[s] + j, kvHead);
        }
    }

    /// Fills `score` for the visible keys and returns the log of the sum of their exponentials.
    private static double scores(
            AttentionBias bias, Visible keys, Heads q, int row, int h, Heads k, int kvHead, double[] score) {
        double slope = bias.slope(h);
        double max = Double.NEGATIVE_INFINITY;
        for (int j = keys.from; j <= keys.position; j++) {
            double dot = 0;
            for (int c = 0; c < q.headDim(); c++) {
                dot += (double) at(q, row, h, c) * at(k, keys.start + j, kvHead, c);
            }
            score[j] = dot * bias.scale() + slope * (j - keys.position);
            max = Math.max(max, score[j]);
        }
        double sum = 0;
        for (int j = keys.from; j <= keys.position; j++) {
            sum += Math.exp(score[j] - max);
        }
        return max + Math.log(sum);
    }

    private static float at(Heads heads, int row, int h, int c) {
        return get(heads.matrix(), row, heads.firstColumn() + h * heads.headStride() + c);
    }

    private static void store(double[] values, Heads heads, int row, int h) {
        for (int c = 0; c < values.length; c++) {
            set(heads.matrix(), row, heads.firstColumn() + h * heads.headStride() + c, (float) values[c]);
        }
    }

    /// The keys one query sees: `[from, position]`, counted from row `start`.
    private record Visible(int start, int from, int position) {
        static Visible of(AttentionBias bias, Segments segments, int s, int query) {
            int position = segments.keyLength()[s] - segments.queryLength()[s] + query;
            int from = bias.firstKey(position);
            return new Visible(segments.keyStart()[s], from, position);
        }
    }
}
