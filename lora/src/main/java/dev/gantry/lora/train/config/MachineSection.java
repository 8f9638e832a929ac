package dev.gantry.lora.train.config;

import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import org.jspecify.annotations.Nullable;

/// How a run uses the machine; null means: chosen for you.
///
/// @param compute type in which matrices meet
/// @param threads that compute; never changes the numbers
/// @param retention what the forward keeps; never changes the numbers
/// @param deviceMemory what the run may take for everything that kernels touch; never changes the numbers
/// @param hostMemory what may wait in memory beside the device; never changes the numbers
/// @param diskFolder for a copy of the model's blocks that reads faster than its own files; never changes the numbers
public record MachineSection(
        @Nullable ComputeType compute,
        @Nullable Integer threads,
        @Nullable Retention retention,
        @Nullable ByteSize deviceMemory,
        @Nullable ByteSize hostMemory,
        @Nullable String diskFolder) {
    /// Everything chosen for you.
    public static final MachineSection AUTO = new MachineSection(null, null, null);

    public MachineSection {
        Setting.atLeast("machine.threads", threads, 1);
    }

    /// Without limits of memory but the machine's own.
    public MachineSection(@Nullable ComputeType compute, @Nullable Integer threads, @Nullable Retention retention) {
        this(compute, threads, retention, null, null, null);
    }

    /// The same with other limits of memory; null keeps the limit.
    public MachineSection within(@Nullable ByteSize device, @Nullable ByteSize host, @Nullable String disk) {
        return new MachineSection(
                compute,
                threads,
                retention,
                device == null ? deviceMemory : device,
                host == null ? hostMemory : host,
                disk == null ? diskFolder : disk);
    }
}
