package dev.gantry.lora.memory;

import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.offload.plan.Budgets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a user lets a command take of each tier of memory; null where nothing was said.
///
/// @param device for everything that is computed with
/// @param host for what waits beside the device
/// @param diskFolder for a copy of the model's blocks that reads faster than its own files
public record MemoryLimits(
        @Nullable ByteSize device,
        @Nullable ByteSize host,
        @Nullable Path diskFolder) {
    /// Everything may be taken.
    public static final MemoryLimits NONE = new MemoryLimits(null, null, null);

    /// Limits in bytes, without a disk folder.
    public static MemoryLimits of(long deviceBytes, long hostBytes) {
        return new MemoryLimits(new ByteSize(deviceBytes), new ByteSize(hostBytes), null);
    }

    /// What each of several may take who share these.
    public MemoryLimits share(int sharers) {
        return new MemoryLimits(share(device, sharers), share(host, sharers), diskFolder);
    }

    private static @Nullable ByteSize share(@Nullable ByteSize whole, int sharers) {
        return whole == null ? null : new ByteSize(whole.bytes() / sharers);
    }

    /// Whether there are limits to keep.
    public boolean areSet() {
        return device != null || host != null;
    }

    /// The budgets of a machine.
    ///
    /// @param machineBytes what the machine can give where no limit was set
    public Budgets budgets(long machineBytes) {
        ByteSize ofDevice = device;
        ByteSize ofHost = host;
        return new Budgets(
                ofDevice == null ? machineBytes : ofDevice.bytes(),
                ofHost == null ? machineBytes : ofHost.bytes(),
                diskFolder);
    }

    /// The budgets of a machine that has all memory one could ask for.
    public Budgets budgets() {
        return budgets(MemoryAccount.UNLIMITED);
    }
}
