package dev.gantry.lora.train.config;

import org.jspecify.annotations.Nullable;

/// How long a run goes; null means: chosen for you.
///
/// @param epochs passes over the data, where `maxSteps` is not given
/// @param maxSteps optimizer steps
/// @param earlyStopPatience evaluations without a better loss before the run ends; 0 for no early stop
public record DurationSection(
        @Nullable Integer epochs,
        @Nullable Long maxSteps,
        @Nullable Integer earlyStopPatience) {
    /// Everything chosen for you.
    public static final DurationSection AUTO = new DurationSection(null, null, null);

    public DurationSection {
        Setting.atLeast("duration.epochs", epochs, 1);
        Setting.atLeast("duration.max_steps", maxSteps, 1);
        Setting.atLeast("duration.early_stop_patience", earlyStopPatience, 0);
    }
}
