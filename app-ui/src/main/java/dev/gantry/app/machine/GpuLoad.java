package dev.gantry.app.machine;

/// How busy a graphics card is right now.
///
/// @param index as the driver counts
/// @param busyShare 0 to 1: the share of time in which a kernel was running
public record GpuLoad(int index, double busyShare, long memoryUsedBytes, long memoryTotalBytes) {}
