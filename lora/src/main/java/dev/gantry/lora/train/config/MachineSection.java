package dev.gantry.lora.train.config;

import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.plan.RankDivision;
import dev.gantry.offload.ranks.ZeroStage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How a run uses the machine; null means: chosen for you.
///
/// @param device what computes: `auto`, `cpu`, `cuda` or `cuda:1`; each has its own order of sums
/// @param compute type in which matrices meet
/// @param threads that compute; never changes the numbers
/// @param retention what the forward keeps; never changes the numbers
/// @param deviceMemory what the run may take for everything that kernels touch; never changes the numbers
/// @param hostMemory what may wait in memory beside the device; never changes the numbers
/// @param diskFolder for a copy of the model's blocks that reads faster than its own files, and for optimizer
///     states that memory does not hold; never changes the numbers
/// @param placement which parts of what is held live on which tier; never changes the numbers
/// @param ranks that train together, each with a part of the threads or a card of its own, from that of `device` on;
///     never changes the numbers
/// @param zero what the ranks hold once together: 0 nothing, 1 optimizer states, 2 gradients too, 3 weights too; never
///     changes the numbers
/// @param division whether ranks divide micro-batches or blocks; never changes the numbers
public record MachineSection(
        @Nullable String device,
        @Nullable ComputeType compute,
        @Nullable Integer threads,
        @Nullable Retention retention,
        @Nullable ByteSize deviceMemory,
        @Nullable ByteSize hostMemory,
        @Nullable String diskFolder,
        @Nullable PlacementSetting placement,
        @Nullable Integer ranks,
        @Nullable Integer zero,
        @Nullable RankDivision division) {
    /// Everything chosen for you.
    public static final MachineSection AUTO = new MachineSection(null, null, null);

    public MachineSection {
        if (device != null && DeviceChoice.parse(device).isEmpty()) {
            throw Setting.wrong("machine.device", device, "is auto, cpu, cuda or the number of a card, such as cuda:1");
        }
        Setting.atLeast("machine.threads", threads, 1);
        Setting.atLeast("machine.ranks", ranks, 1);
        Setting.within("machine.zero", zero, 0, ZeroStage.values().length);
        if (zero != null && ranks == null) {
            throw Setting.wrong("machine.zero", zero, "is for ranks that share memory, so set machine.ranks as well");
        }
        if (division != null && ranks == null) {
            throw Setting.wrong(
                    "machine.division", written(division), "is for several ranks, so set machine.ranks as well");
        }
        if (division == RankDivision.DEALT && zero != null) {
            throw Setting.wrong(
                    "machine.zero",
                    zero,
                    "is for ranks that divide micro-batches, so leave it out beside dealt blocks");
        }
    }

    private static String written(RankDivision division) {
        return division.name().toLowerCase(Locale.ROOT);
    }

    /// Without limits of memory but the machine's own.
    public MachineSection(@Nullable ComputeType compute, @Nullable Integer threads, @Nullable Retention retention) {
        this(compute, threads, retention, null, null, null);
    }

    /// On one rank, with everything placed by the plan.
    public MachineSection(
            @Nullable ComputeType compute,
            @Nullable Integer threads,
            @Nullable Retention retention,
            @Nullable ByteSize deviceMemory,
            @Nullable ByteSize hostMemory,
            @Nullable String diskFolder) {
        this(null, compute, threads, retention, deviceMemory, hostMemory, diskFolder, null, null, null, null);
    }

    /// The same with other limits of memory; null keeps the limit.
    public MachineSection within(@Nullable ByteSize onDevice, @Nullable ByteSize host, @Nullable String disk) {
        return new MachineSection(
                device,
                compute,
                threads,
                retention,
                onDevice == null ? deviceMemory : onDevice,
                host == null ? hostMemory : host,
                disk == null ? diskFolder : disk,
                placement,
                ranks,
                zero,
                division);
    }

    /// The same with values placed otherwise; null keeps their places.
    public MachineSection placed(@Nullable PlacementSetting other) {
        return new MachineSection(
                device,
                compute,
                threads,
                retention,
                deviceMemory,
                hostMemory,
                diskFolder,
                other == null ? placement : other,
                ranks,
                zero,
                division);
    }

    /// The same in another compute type.
    public MachineSection computingIn(ComputeType type) {
        return new MachineSection(
                device,
                type,
                threads,
                retention,
                deviceMemory,
                hostMemory,
                diskFolder,
                placement,
                ranks,
                zero,
                division);
    }

    /// The same on another device; null keeps what is set.
    public MachineSection on(@Nullable String other) {
        return new MachineSection(
                other == null ? device : other,
                compute,
                threads,
                retention,
                deviceMemory,
                hostMemory,
                diskFolder,
                placement,
                ranks,
                zero,
                division);
    }

    /// The same on other ranks; null keeps what is set.
    ///
    /// @param count how many
    /// @param stage of ZeRO
    public MachineSection onRanks(@Nullable Integer count, @Nullable Integer stage) {
        return onRanks(count, stage, null);
    }

    /// The same on other ranks; null keeps what is set, but for a stage beside dealt blocks, and dealt blocks beside a
    /// stage.
    ///
    /// @param count how many
    /// @param stage of ZeRO
    /// @param other how they divide the job
    public MachineSection onRanks(@Nullable Integer count, @Nullable Integer stage, @Nullable RankDivision other) {
        boolean keepsZero = stage == null && other != RankDivision.DEALT;
        boolean keepsDivision = other == null && (stage == null || division != RankDivision.DEALT);
        return new MachineSection(
                device,
                compute,
                threads,
                retention,
                deviceMemory,
                hostMemory,
                diskFolder,
                placement,
                count == null ? ranks : count,
                keepsZero ? zero : stage,
                keepsDivision ? division : other);
    }
}
