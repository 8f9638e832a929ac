package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.DType;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a plan needs to know of a training job.
///
/// @param stored element type of each parameter in the checkpoint
/// @param adapterRanks rank of each adapter, empty in full-parameter training
/// @param adapterDropout largest dropout rate of the adapters
/// @param trained parameters that are trained whole; f32 masters, gradients and two f32 states each
/// @param microBatchTokens tokens of the largest micro-batch
/// @param microBatches micro-batches of an optimizer step
/// @param samplingTokens of the longest sample question and its answer; 0 without samples
/// @param retention what the forward keeps, if that is not for the plan to choose
/// @param steps optimizer steps of the run
/// @param text what its micro-batches are made of
public record TrainingJob(
        DecoderSpec spec,
        Map<ParameterId, DType> stored,
        ComputeType compute,
        Map<AdapterSite, Integer> adapterRanks,
        float adapterDropout,
        Set<ParameterId> trained,
        int microBatchTokens,
        int microBatches,
        int samplingTokens,
        @Nullable Retention retention,
        long steps,
        Text text) {

    /// What time depends on beside the number of tokens.
    ///
    /// @param sequenceTokens of the sequence that a token belongs to, on average over tokens
    /// @param labelledShare of the tokens that have a label
    public record Text(double sequenceTokens, double labelledShare) {}

    /// A job whose micro-batches are one sequence each, with a label on every token.
    public TrainingJob(
            DecoderSpec spec,
            Map<ParameterId, DType> stored,
            ComputeType compute,
            Map<AdapterSite, Integer> adapterRanks,
            float adapterDropout,
            Set<ParameterId> trained,
            int microBatchTokens,
            int microBatches,
            int samplingTokens,
            @Nullable Retention retention,
            long steps) {
        this(
                spec,
                stored,
                compute,
                adapterRanks,
                adapterDropout,
                trained,
                microBatchTokens,
                microBatches,
                samplingTokens,
                retention,
                steps,
                new Text(microBatchTokens, 1));
    }

    public TrainingJob {
        stored = Map.copyOf(stored);
        adapterRanks = Map.copyOf(adapterRanks);
        trained = Set.copyOf(trained);
    }

    /// The model it trains.
    ModelShapes shapes() {
        return new ModelShapes(spec, stored, compute);
    }

    public long tokensPerStep() {
        return (long) microBatchTokens * microBatches;
    }

    /// Tokens of the sequence that a token belongs to, on average; no sequence is longer than a micro-batch.
    double sequenceTokens() {
        return Math.min(text.sequenceTokens(), microBatchTokens);
    }

    /// The same job, made of other text.
    public TrainingJob withText(Text other) {
        return new TrainingJob(
                spec,
                stored,
                compute,
                adapterRanks,
                adapterDropout,
                trained,
                microBatchTokens,
                microBatches,
                samplingTokens,
                retention,
                steps,
                other);
    }

    /// The same step in twice as many micro-batches of half the size.
    TrainingJob withHalvedMicroBatches() {
        return with(compute, adapterRanks, trained, microBatchTokens / 2, microBatches * 2);
    }

    TrainingJob computingIn(ComputeType type) {
        return with(type, adapterRanks, trained, microBatchTokens, microBatches);
    }

    TrainingJob withoutTrained() {
        return with(compute, adapterRanks, Set.of(), microBatchTokens, microBatches);
    }

    private TrainingJob with(
            ComputeType type, Map<AdapterSite, Integer> ranks, Set<ParameterId> whole, int tokens, int count) {
        return new TrainingJob(
                spec,
                stored,
                type,
                ranks,
                adapterDropout,
                whole,
                tokens,
                count,
                samplingTokens,
                retention,
                steps,
                text);
    }
}
