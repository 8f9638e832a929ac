package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.DType;
import java.util.Map;
import java.util.Set;

/// What a plan needs to know of answering with a model.
///
/// @param stored element type of each parameter in the checkpoint
/// @param adapterRanks rank of each adapter
/// @param overlaid parameters that an adapter brings whole, in f32 beside the model
/// @param sequences answered side by side
/// @param capacity most tokens of one of them, prompt and answer
/// @param promptTokens of a usual prompt: what time is predicted for
/// @param newTokens of a usual answer
public record InferenceJob(
        DecoderSpec spec,
        Map<ParameterId, DType> stored,
        ComputeType compute,
        Map<AdapterSite, Integer> adapterRanks,
        Set<ParameterId> overlaid,
        int sequences,
        int capacity,
        int promptTokens,
        int newTokens) {

    public InferenceJob {
        stored = Map.copyOf(stored);
        adapterRanks = Map.copyOf(adapterRanks);
        overlaid = Set.copyOf(overlaid);
        if (sequences < 1 || promptTokens < 1 || newTokens < 1 || promptTokens + newTokens > capacity) {
            throw new IllegalArgumentException(sequences + " sequences of " + promptTokens + " + " + newTokens
                    + " tokens with room for " + capacity);
        }
    }

    /// The model it asks.
    ModelShapes shapes() {
        return new ModelShapes(spec, stored, compute);
    }

    /// The same with room for half as much.
    InferenceJob withHalvedCapacity() {
        return new InferenceJob(
                spec,
                stored,
                compute,
                adapterRanks,
                overlaid,
                sequences,
                capacity / 2,
                Math.max(1, promptTokens / 2),
                Math.max(1, newTokens / 2));
    }
}
