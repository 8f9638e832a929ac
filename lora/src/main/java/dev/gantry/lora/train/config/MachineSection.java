package dev.gantry.lora.train.config;

import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import org.jspecify.annotations.Nullable;

/// How a run uses the machine; null means: chosen for you.
///
/// @param compute type in which matrices meet
/// @param threads that compute; never changes the numbers
/// @param retention what the forward keeps; never changes the numbers
public record MachineSection(
        @Nullable ComputeType compute,
        @Nullable Integer threads,
        @Nullable Retention retention) {
    /// Everything chosen for you.
    public static final MachineSection AUTO = new MachineSection(null, null, null);

    public MachineSection {
        Setting.atLeast("machine.threads", threads, 1);
    }
}
