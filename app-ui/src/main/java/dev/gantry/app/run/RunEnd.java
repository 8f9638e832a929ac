package dev.gantry.app.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Why a trainer's process is no more, as far as can be known.
public sealed interface RunEnd {

    /// All steps were taken, or the held-back loss no longer fell.
    record Finished() implements RunEnd {}

    /// It was asked to.
    record Stopped() implements RunEnd {}

    /// It said why.
    record Failed(String code, String message, String nextStep) implements RunEnd {}

    /// Something outside ended it: the system when memory was short, or a person. 9 is the signal for both.
    record Killed(int signal) implements RunEnd {}

    /// Native code or the JVM broke.
    ///
    /// @param report written by the JVM; null when it did not come to that
    record Crashed(int signal, @Nullable Path report) implements RunEnd {}

    /// The machine was restarted, or lost its power.
    record MachineRestarted() implements RunEnd {}

    /// It ended while no window watched, and left nothing behind.
    record Vanished() implements RunEnd {}
}
