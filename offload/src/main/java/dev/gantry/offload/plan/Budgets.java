package dev.gantry.offload.plan;

import dev.gantry.engine.tensor.MemoryAccount;

/// What a job may take of each tier of memory.
///
/// @param deviceBytes for everything that kernels touch
/// @param hostBytes for what waits beside the device; files take what does not fit here
public record Budgets(long deviceBytes, long hostBytes) {
    /// No limits: everything lies on the device.
    public static final Budgets UNLIMITED = new Budgets(MemoryAccount.UNLIMITED, MemoryAccount.UNLIMITED);

    public Budgets {
        if (deviceBytes < 0 || hostBytes < 0) {
            throw new IllegalArgumentException("budgets of " + deviceBytes + " and " + hostBytes + " bytes");
        }
    }
}
