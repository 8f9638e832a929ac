package dev.gantry.lora.train.config;

import org.jspecify.annotations.Nullable;

/// How often a run looks at itself and saves; null means: chosen for you, about ten times a run.
///
/// @param evalSteps optimizer steps between evaluations
/// @param checkpointSteps optimizer steps between checkpoints
/// @param sampleSteps optimizer steps between sample answers
/// @param keepLast newest checkpoints to keep; the best is kept besides
public record CadenceSection(
        @Nullable Long evalSteps,
        @Nullable Long checkpointSteps,
        @Nullable Long sampleSteps,
        @Nullable Integer keepLast) {
    /// Everything chosen for you.
    public static final CadenceSection AUTO = new CadenceSection(null, null, null, null);

    public CadenceSection {
        Setting.atLeast("cadence.eval_steps", evalSteps, 1);
        Setting.atLeast("cadence.checkpoint_steps", checkpointSteps, 1);
        Setting.atLeast("cadence.sample_steps", sampleSteps, 1);
        Setting.atLeast("cadence.keep_last", keepLast, 1);
    }
}
