package dev.gantry.lora.train;

import dev.gantry.lora.run.RunState;
import org.jspecify.annotations.Nullable;

/// What became of a run, as its `report.json` says.
///
/// @param initialEvalLoss held-back loss before the first step; null without held-back rows
/// @param bestCheckpoint folder of the checkpoint with the lowest held-back loss, inside the run folder
/// @param trainingSeconds spent on steps, over all resumes
/// @param skippedSteps of the steps, those whose gradients did not fit f16; null where none are f16
public record RunReport(
        RunState state,
        long steps,
        long plannedSteps,
        double lastLoss,
        @Nullable Double initialEvalLoss,
        @Nullable Double bestEvalLoss,
        @Nullable String bestCheckpoint,
        @Nullable String lastCheckpoint,
        long tokens,
        long learnedTokens,
        double trainingSeconds,
        double tokensPerSecond,
        @Nullable Long skippedSteps) {}
