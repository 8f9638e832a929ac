package dev.gantry.lora.oncard;

import org.jspecify.annotations.Nullable;

/// What came of a part of a step.
///
/// @param why it was left out or failed, else empty
/// @param figures what was measured, as JSON tells it; null where there is nothing but the outcome
record Part(
        String what,
        Outcome outcome,
        double seconds,
        String why,
        @Nullable Object figures) {
    /// How it ended.
    enum Outcome {
        PASSED,
        /// Something that it needs is not here: a library, memory, another program.
        LEFT_OUT,
        FAILED
    }
}
