package dev.gantry.engine.cpu.kernels.scalar;

import dev.gantry.engine.backend.SamplingKernels;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;

/// The definition of sampling: all candidates sorted, probabilities added up in f64. One call at a time: several chats
/// may share a backend.
public final class ScalarSampling implements SamplingKernels {
    private float[] scores = {};
    private long[] ranked = {}; // (score, id) packed so that sorting longs sorts candidates

    @Override
    public synchronized int choose(Matrix logits, BitSet seen, Choice choice) {
        if (logits.dtype() != DType.F32 || logits.rows() != 1) {
            throw new IllegalArgumentException(
                    "logits are one row of f32, not " + logits.rows() + " of " + logits.dtype());
        }
        if (scores.length != logits.columns()) {
            scores = new float[logits.columns()];
            ranked = new long[logits.columns()];
        }
        MemorySegment.copy(logits.data(), ValueLayout.JAVA_FLOAT, 0, scores, 0, scores.length);
        penalise(seen, choice.repetitionPenalty());
        return choice.temperature() == 0 ? argmax() : draw(choice);
    }

    private void penalise(BitSet seen, float penalty) {
        if (penalty == 1) {
            return;
        }
        for (int id = seen.nextSetBit(0); id >= 0; id = seen.nextSetBit(id + 1)) {
            scores[id] = scores[id] > 0 ? scores[id] / penalty : scores[id] * penalty;
        }
    }

    private int argmax() {
        int best = 0;
        for (int id = 1; id < scores.length; id++) {
            if (scores[id] > scores[best]) {
                best = id;
            }
        }
        return best;
    }

    private int draw(Choice choice) {
        int count = rank(choice.topK());
        float max = score(0);
        double[] cumulative = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.exp((score(i) - max) / choice.temperature());
            cumulative[i] = sum;
        }
        int kept = keep(cumulative, sum, choice);
        double target = choice.number() * cumulative[kept - 1];
        int chosen = Arrays.binarySearch(cumulative, 0, kept, target);
        return id(Math.min(chosen >= 0 ? chosen + 1 : -chosen - 1, kept - 1));
    }

    /// How many of the ranked candidates top-p and min-p leave; always at least one.
    private int keep(double[] cumulative, double sum, Choice choice) {
        int kept = cumulative.length;
        if (choice.topP() < 1) {
            int reached = Arrays.binarySearch(cumulative, choice.topP() * sum);
            kept = Math.min(kept, (reached >= 0 ? reached : -reached - 1) + 1);
        }
        if (choice.minP() > 0) {
            double floor = Math.log(choice.minP()) * choice.temperature();
            int likely = 1;
            while (likely < kept && score(likely) - score(0) >= floor) {
                likely++;
            }
            kept = likely;
        }
        return Math.max(kept, 1);
    }

    /// Sorts the candidates by falling score, ids rising where scores are equal, and returns how many top-k leaves.
    private int rank(int topK) {
        for (int id = 0; id < scores.length; id++) {
            // ascending order of this key is descending order of the score, then ascending order of the id
            ranked[id] = ((long) ~sortable(scores[id]) << 32) | id;
        }
        Arrays.sort(ranked);
        return topK == 0 ? ranked.length : Math.min(topK, ranked.length);
    }

    private float score(int rank) {
        return scores[id(rank)];
    }

    private int id(int rank) {
        return (int) ranked[rank];
    }

    /// An int that sorts like the float (sign bit flipped into two's complement order); NaN sorts below everything.
    private static int sortable(float value) {
        if (Float.isNaN(value)) {
            return Integer.MIN_VALUE;
        }
        int bits = Float.floatToIntBits(value);
        return bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
    }
}
