package dev.gantry.lora.train.config;

import org.jspecify.annotations.Nullable;

/// The learning rate over a run; null means: chosen for you.
///
/// @param warmupSteps steps of linear warm-up
/// @param finalShare share of the rate left at the last step
public record ScheduleSection(
        @Nullable Shape shape,
        @Nullable Long warmupSteps,
        @Nullable Double finalShare) {
    /// Everything chosen for you.
    public static final ScheduleSection AUTO = new ScheduleSection(null, null, null);

    /// How the rate goes after the warm-up.
    public enum Shape {
        CONSTANT,
        LINEAR,
        COSINE
    }

    public ScheduleSection {
        Setting.atLeast("schedule.warmup_steps", warmupSteps, 0);
        Setting.within("schedule.final_share", finalShare, 0, 1);
    }
}
