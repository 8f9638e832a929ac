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
/// @param diskFolder for a copy of the model's blocks that reads faster than its own files, and for optimizer states
/// that
///     memory does not hold; never changes the numbers
/// @param placement which parts of what is held live on which tier; never changes the numbers
public record MachineSection(
        @Nullable ComputeType compute,
        @Nullable Integer threads,
        @Nullable Retention retention,
        @Nullable ByteSize deviceMemory,
        @Nullable ByteSize hostMemory,
        @Nullable String diskFolder,
        @Nullable PlacementSetting placement) {
    /// Everything chosen for you.
    public static final MachineSection AUTO = new MachineSection(null, null, null);

    public MachineSection {
        Setting.atLeast("machine.threads", threads, 1);
    }

    /// Without limits of memory but the machine's own.
    public MachineSection(@Nullable ComputeType compute, @Nullable Integer threads, @Nullable Retention retention) {
        this(compute, threads, retention, null, null, null);
    }

    /// With everything placed by the plan.
    public MachineSection(
            @Nullable ComputeType compute,
            @Nullable Integer threads,
            @Nullable Retention retention,
            @Nullable ByteSize deviceMemory,
            @Nullable ByteSize hostMemory,
            @Nullable String diskFolder) {
        this(compute, threads, retention, deviceMemory, hostMemory, diskFolder, null);
    }

    /// The same with other limits of memory; null keeps the limit.
    public MachineSection within(@Nullable ByteSize device, @Nullable ByteSize host, @Nullable String disk) {
        return new MachineSection(
                compute,
                threads,
                retention,
                device == null ? deviceMemory : device,
                host == null ? hostMemory : host,
                disk == null ? diskFolder : disk,
                placement);
    }

    /// The same with values placed otherwise; null keeps their places.
    public MachineSection placed(@Nullable PlacementSetting other) {
        return new MachineSection(
                compute, threads, retention, deviceMemory, hostMemory, diskFolder, other == null ? placement : other);
    }
}
