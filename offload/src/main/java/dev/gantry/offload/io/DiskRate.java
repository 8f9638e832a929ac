package dev.gantry.offload.io;

import dev.gantry.offload.io.BlockFile.Access;

/// How fast a disk moves bytes in one direction: by itself, and in the way that offloading uses it.
///
/// @param best the fastest of all ways that were tried
/// @param queue through an {@link IoQueue} with its usual settings, every block checked
public record DiskRate(Way best, Way queue, Access access) {
    /// One way of asking for blocks, and what it brought.
    public record Way(int blockBytes, int inFlight, double bytesPerSecond) {}

    /// What part of the disk's own rate offloading gets.
    public double share() {
        return queue.bytesPerSecond / best.bytesPerSecond;
    }
}
