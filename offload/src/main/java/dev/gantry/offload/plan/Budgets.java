package dev.gantry.offload.plan;

import dev.gantry.engine.tensor.MemoryAccount;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a job may take of each tier of memory.
///
/// @param deviceBytes for everything that kernels touch
/// @param hostBytes for what waits beside the device; files take what does not fit here
/// @param diskFolder where a copy of the model is kept that reads faster than its own files; null for none
/// @param placed what somebody has placed of what lies beside an adapter
public record Budgets(
        long deviceBytes, long hostBytes, @Nullable Path diskFolder, Placed placed) {
    /// No limits: everything lies on the device.
    public static final Budgets UNLIMITED = new Budgets(MemoryAccount.UNLIMITED, MemoryAccount.UNLIMITED);

    /// Budgets without a wish where anything lives.
    public Budgets(long deviceBytes, long hostBytes, @Nullable Path diskFolder) {
        this(deviceBytes, hostBytes, diskFolder, Placed.NOTHING);
    }

    /// Budgets of memory; what lies in files is read from the model's own.
    public Budgets(long deviceBytes, long hostBytes) {
        this(deviceBytes, hostBytes, null);
    }

    public Budgets {
        if (deviceBytes < 0 || hostBytes < 0) {
            throw new IllegalArgumentException("budgets of " + deviceBytes + " and " + hostBytes + " bytes");
        }
    }
}
