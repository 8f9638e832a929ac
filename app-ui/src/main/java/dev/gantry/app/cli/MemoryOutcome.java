package dev.gantry.app.cli;

import dev.gantry.lora.memory.MemoryTiers;

/// Most bytes that were held of each tier for all but the tensors that were used in the model's files.
record MemoryOutcome(long devicePeakBytes, long hostPeakBytes) {
    static MemoryOutcome of(MemoryTiers tiers) {
        return new MemoryOutcome(tiers.device().peakBytes(), tiers.host().peakBytes());
    }

    /// For people.
    String line() {
        return "memory   at most " + Quantity.bytes(devicePeakBytes) + " of the device and "
                + Quantity.bytes(hostPeakBytes) + " of host memory";
    }
}
