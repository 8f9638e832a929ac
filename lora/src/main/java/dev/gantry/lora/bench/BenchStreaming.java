package dev.gantry.lora.bench;

import dev.gantry.offload.Tier;

/// Where a measured model lay under budgets of memory, and what came to the device in a measured round, on average.
///
/// @param onDevice blocks of the decoder
/// @param inHost blocks of the decoder
/// @param onDisk blocks of the decoder that are read from files
/// @param head where the head lies
/// @param keyValueCache where keys and values lie
/// @param blocks of the decoder that were brought to the device
/// @param headBlocks blocks of the head that were
/// @param hostBytes of both from host memory
/// @param diskBytes of both from files, as they are stored
/// @param waitSeconds that were waited for them
/// @param devicePeakBytes most that was held of the device, whatever for
/// @param hostPeakBytes most that was held of host memory
public record BenchStreaming(
        int onDevice,
        int inHost,
        int onDisk,
        Tier head,
        Tier keyValueCache,
        double blocks,
        double headBlocks,
        double hostBytes,
        double diskBytes,
        double waitSeconds,
        long devicePeakBytes,
        long hostPeakBytes) {}
