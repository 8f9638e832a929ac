package dev.gantry.app.machine;

import org.jspecify.annotations.Nullable;

/// How busy a graphics card is right now.
///
/// @param index as the driver counts
/// @param busyShare 0 to 1: the share of time in which a kernel was running
/// @param celsius of the chip; null where the driver does not tell
/// @param watts that the card draws; null where the driver does not tell
public record GpuLoad(
        int index,
        double busyShare,
        long memoryUsedBytes,
        long memoryTotalBytes,
        @Nullable Integer celsius,
        @Nullable Double watts) {}
