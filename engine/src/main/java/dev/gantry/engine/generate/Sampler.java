package dev.gantry.engine.generate;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/// Chooses tokens for one sequence, remembering what it has seen.
public final class Sampler {
    private final Sampling sampling;
    private final SplittableRandom random;
    private final BitSet seen = new BitSet();
    private final float[] scores;
    private final long[] ranked; // (score, id) packed so that sorting longs sorts candidates

    public Sampler(Sampling sampling, int vocabularySize) {
        this.sampling = sampling;
        this.random = new SplittableRandom(sampling.seed());
        this.scores = new float[vocabularySize];
        this.ranked = new long[vocabularySize];
    }

    /// Tells the repetition penalty about tokens that were given rather than chosen.
    public void observe(int... ids) {
        for (int id : ids) {
            seen.set(id);
        }
    }

    /// The next token.
    ///
    /// @param logits f32, one row of the vocabulary
    public int next(Matrix logits) {
        if (logits.dtype() != DType.F32 || logits.columns() != scores.length) {
            throw new IllegalArgumentException("logits are " + logits.dtype() + " of " + logits.columns());
        }
        MemorySegment.copy(logits.data(), ValueLayout.JAVA_FLOAT, 0, scores, 0, scores.length);
        penalise();
        int id = sampling.isGreedy() ? argmax() : draw();
        seen.set(id);
        return id;
    }

    private void penalise() {
        float penalty = sampling.repetitionPenalty();
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

    private int draw() {
        int count = rank();
        float max = score(0);
        double[] cumulative = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.exp((score(i) - max) / sampling.temperature());
            cumulative[i] = sum;
        }
        int kept = keep(cumulative, sum);
        double target = random.nextDouble() * cumulative[kept - 1];
        int chosen = Arrays.binarySearch(cumulative, 0, kept, target);
        return id(Math.min(chosen >= 0 ? chosen + 1 : -chosen - 1, kept - 1));
    }

    /// How many of the ranked candidates top-p and min-p leave; always at least one.
    private int keep(double[] cumulative, double sum) {
        int kept = cumulative.length;
        if (sampling.topP() < 1) {
            int reached = Arrays.binarySearch(cumulative, sampling.topP() * sum);
            kept = Math.min(kept, (reached >= 0 ? reached : -reached - 1) + 1);
        }
        if (sampling.minP() > 0) {
            double floor = Math.log(sampling.minP()) * sampling.temperature();
            int likely = 1;
            while (likely < kept && score(likely) - score(0) >= floor) {
                likely++;
            }
            kept = likely;
        }
        return Math.max(kept, 1);
    }

    /// Sorts the candidates by falling score, ids rising where scores are equal, and returns how many top-k leaves.
    private int rank() {
        for (int id = 0; id < scores.length; id++) {
            // ascending order of this key is descending order of the score, then ascending order of the id
            ranked[id] = ((long) ~sortable(scores[id]) << 32) | id;
        }
        Arrays.sort(ranked);
        return sampling.topK() == 0 ? ranked.length : Math.min(sampling.topK(), ranked.length);
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
