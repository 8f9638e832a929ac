package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.DType;
import java.util.Map;
import java.util.Set;

/// What a plan needs to know of a training job.
///
/// @param stored element type of each parameter in the checkpoint
/// @param adapterRanks rank of each adapter, empty in full-parameter training
/// @param adapterDropout largest dropout rate of the adapters
/// @param trained parameters that are trained whole; f32 masters, gradients and two f32 states each
/// @param microBatchTokens tokens of the largest micro-batch
/// @param microBatches micro-batches of an optimizer step
/// @param steps optimizer steps of the run
public record TrainingJob(
        DecoderSpec spec,
        Map<ParameterId, DType> stored,
        ComputeType compute,
        Map<AdapterSite, Integer> adapterRanks,
        float adapterDropout,
        Set<ParameterId> trained,
        int microBatchTokens,
        int microBatches,
        long steps) {

    public TrainingJob {
        stored = Map.copyOf(stored);
        adapterRanks = Map.copyOf(adapterRanks);
        trained = Set.copyOf(trained);
    }

    public long tokensPerStep() {
        return (long) microBatchTokens * microBatches;
    }
}
