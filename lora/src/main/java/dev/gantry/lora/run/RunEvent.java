package dev.gantry.lora.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// One line of a run's event log.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RunEvent.Metric.class, name = "metric"),
    @JsonSubTypes.Type(value = RunEvent.Evaluation.class, name = "eval"),
    @JsonSubTypes.Type(value = RunEvent.Samples.class, name = "sample"),
    @JsonSubTypes.Type(value = RunEvent.CheckpointSaved.class, name = "ckpt"),
    @JsonSubTypes.Type(value = RunEvent.StateChange.class, name = "state"),
    @JsonSubTypes.Type(value = RunEvent.Plan.class, name = "plan"),
    @JsonSubTypes.Type(value = RunEvent.Command.class, name = "command"),
    @JsonSubTypes.Type(value = RunEvent.Warning.class, name = "warn"),
    @JsonSubTypes.Type(value = RunEvent.Failure.class, name = "error"),
    @JsonSubTypes.Type(value = RunEvent.MemoryMap.class, name = "memory"),
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface RunEvent {

    /// When it was written.
    Instant t();

    /// Optimizer steps taken so far.
    long step();

    /// What one optimizer step did.
    ///
    /// @param epoch passes over the data, with a fraction
    /// @param loss mean over the step's labelled tokens, before the update
    /// @param gradNorm global norm before clipping
    /// @param tokens of the step's rows
    /// @param learnedTokens of them, those with a label
    record Metric(
            Instant t,
            long step,
            double epoch,
            double loss,
            double gradNorm,
            double learningRate,
            long tokens,
            long learnedTokens,
            double tokensPerSecond,
            double remainingSeconds)
            implements RunEvent {}

    /// Loss on the rows held back.
    record Evaluation(Instant t, long step, double evalLoss, long evalLearnedTokens, double evalSeconds)
            implements RunEvent {}

    /// Sample answers were written.
    ///
    /// @param file inside the run folder
    record Samples(Instant t, long step, String file) implements RunEvent {}

    /// A checkpoint is complete.
    ///
    /// @param folder inside the run folder
    record CheckpointSaved(Instant t, long step, String folder) implements RunEvent {}

    /// The run came into another state.
    record StateChange(
            Instant t, long step, RunState state, @Nullable String detail) implements RunEvent {}

    /// How far the run goes; written by every process that begins to train.
    ///
    /// @param batchesPerEpoch steps of one pass over the data
    record Plan(
            Instant t,
            long step,
            long totalSteps,
            double batchesPerEpoch,
            long evalSteps,
            long sampleSteps,
            long checkpointSteps)
            implements RunEvent {}

    /// A person asked for something, and it was begun.
    record Command(Instant t, long step, RunCommand command) implements RunEvent {}

    /// Something a person should know that does not stop the run.
    record Warning(Instant t, long step, String code, String message) implements RunEvent {}

    /// Who holds what of the tiers of memory.
    record MemoryMap(Instant t, long step, List<Tier> tiers) implements RunEvent {
        public MemoryMap {
            tiers = List.copyOf(tiers);
        }

        /// One tier.
        ///
        /// @param budgetBytes null without a limit
        /// @param ownerBytes bytes by what they are for
        public record Tier(
                String tier,
                @Nullable Long budgetBytes,
                long heldBytes,
                long peakBytes,
                SortedMap<String, Long> ownerBytes) {}
    }

    /// What ended the run.
    record Failure(Instant t, long step, String code, String message, String nextStep) implements RunEvent {}
}
