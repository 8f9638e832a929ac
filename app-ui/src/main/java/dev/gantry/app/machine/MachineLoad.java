package dev.gantry.app.machine;

/// How busy the machine is right now.
///
/// @param cpuShare 0 to 1, over all cores and programs
/// @param diskFreeBytes on the disk of the home folder
public record MachineLoad(
        double cpuShare, long memoryUsedBytes, long memoryTotalBytes, long diskFreeBytes, long diskTotalBytes) {}
