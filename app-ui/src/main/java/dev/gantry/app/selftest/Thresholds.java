package dev.gantry.app.selftest;

import dev.gantry.app.machine.MachineReport.NativeLibrary;
import dev.gantry.app.selftest.Finding.Bytes;
import dev.gantry.app.selftest.Finding.BytesPerSecond;
import dev.gantry.app.selftest.Finding.Words;

/// What is enough. Memory and disk are held against models of a billion parameters in 16 bits, the smallest that people
/// tune in earnest: 2 GB of weights, and as much again for what a run and an export keep.
final class Thresholds {
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;
    private static final int NEEDED_JAVA = 25;
    private static final long LITTLE_HEAP = 256 * MIB;
    private static final long MEMORY = 4 * GIB;
    private static final long LEAST_MEMORY = GIB;
    private static final long SPACE = 10 * GIB;
    private static final long LEAST_SPACE = GIB;
    /// A hard disk with plates; models that stream from one take minutes a step.
    private static final long SLOW_DISK = 150_000_000;

    private Thresholds() {}

    static Finding java(int feature, String version, long maxHeapBytes) {
        if (feature < NEEDED_JAVA) {
            return Finding.of(Part.JAVA, Grade.BAD, "old", new Words(version));
        }
        boolean little = maxHeapBytes < LITTLE_HEAP;
        return Finding.of(
                Part.JAVA,
                little ? Grade.LIMITED : Grade.GOOD,
                little ? "heap" : "fine",
                new Words(version),
                new Bytes(maxHeapBytes));
    }

    static Finding display(boolean there) {
        return Finding.of(Part.DISPLAY, there ? Grade.GOOD : Grade.LIMITED, there ? "there" : "none");
    }

    static Finding memory(long availableBytes, long totalBytes) {
        Bytes available = new Bytes(availableBytes);
        Bytes total = new Bytes(totalBytes);
        if (availableBytes >= MEMORY) {
            return Finding.of(Part.MEMORY, Grade.GOOD, "enough", available, total);
        }
        return availableBytes >= LEAST_MEMORY
                ? Finding.of(Part.MEMORY, Grade.LIMITED, "little", available, total)
                : Finding.of(Part.MEMORY, Grade.BAD, "none", available, total);
    }

    static Finding library(NativeLibrary library) {
        return switch (library.state()) {
            case LOADED -> Finding.of(Part.LIBRARIES, Grade.GOOD, "loaded", new Words(library.name()));
            case MISSING ->
                Finding.of(
                        Part.LIBRARIES,
                        Grade.LIMITED,
                        "missing",
                        new Words(library.name()),
                        new Words(library.detail()));
        };
    }

    static Finding disk(long freeBytes, long readBytesPerSecond) {
        Bytes free = new Bytes(freeBytes);
        BytesPerSecond rate = new BytesPerSecond(readBytesPerSecond);
        if (freeBytes < LEAST_SPACE) {
            return Finding.of(Part.DISK, Grade.BAD, "full", free, rate);
        }
        if (freeBytes < SPACE) {
            return Finding.of(Part.DISK, Grade.LIMITED, "little", free, rate);
        }
        return readBytesPerSecond < SLOW_DISK
                ? Finding.of(Part.DISK, Grade.LIMITED, "slow", free, rate)
                : Finding.of(Part.DISK, Grade.GOOD, "enough", free, rate);
    }
}
