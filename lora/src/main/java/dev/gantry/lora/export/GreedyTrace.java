package dev.gantry.lora.export;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.InferencePass;
import dev.gantry.engine.pass.KeyValueCache;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A greedy continuation with the logits of every step.
///
/// @param tokens chosen at each step, or given
/// @param logits `[step][vocabulary]`
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
record GreedyTrace(int[] tokens, float[][] logits) {

    /// Continues `prompt`.
    ///
    /// @param forced tokens to feed instead of the likeliest, or null
    static GreedyTrace of(
            Backend backend,
            DecoderModel model,
            Adapters adapters,
            int[] prompt,
            int newTokens,
            int @Nullable [] forced) {
        int capacity = Math.addExact(prompt.length, newTokens);
        int[] tokens = new int[newTokens];
        float[][] logits = new float[newTokens][];
        try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                InferencePass pass = new InferencePass(
                        backend, weights.weights(), adapters, new InferencePass.Extent(prompt.length, 1, capacity));
                KeyValueCache cache = new KeyValueCache(model.spec(), ComputeType.F32, 1, capacity)) {
            int[] next = prompt;
            for (int step = 0; step < newTokens; step++) {
                logits[step] = row(pass.advance(cache, next));
                tokens[step] = forced == null ? largest(logits[step]) : forced[step];
                next = new int[] {tokens[step]};
            }
        }
        return new GreedyTrace(tokens, logits);
    }

    /// The token that step would have chosen.
    int choice(int step) {
        return largest(logits[step]);
    }

    /// Largest absolute logit of a step.
    double largest(int step) {
        double largest = 0;
        for (float value : logits[step]) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /// Largest difference of any logit of a step.
    double distance(GreedyTrace other, int step) {
        double worst = 0;
        for (int id = 0; id < logits[step].length; id++) {
            double difference = Math.abs((double) logits[step][id] - other.logits[step][id]);
            worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
        }
        return worst;
    }

    private static float[] row(Matrix logits) {
        float[] values = new float[logits.columns()];
        MemorySegment.copy(logits.data(), ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
        return values;
    }

    private static int largest(float[] values) {
        int best = 0;
        for (int id = 1; id < values.length; id++) {
            if (values[id] > values[best]) {
                best = id;
            }
        }
        return best;
    }
}
