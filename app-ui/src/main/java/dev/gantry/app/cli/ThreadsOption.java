package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;
import picocli.CommandLine.Option;

/// `--threads`: how many threads compute.
final class ThreadsOption {
    @Option(names = "--threads", paramLabel = "N", description = "threads that compute (default: all processors)")
    private int threads = Runtime.getRuntime().availableProcessors();

    int count() {
        if (threads < 1 || threads > 1024) {
            throw GantryException.usage(
                    "THREADS-RANGE",
                    "cannot compute with " + threads + " threads",
                    "the number must be between 1 and 1024",
                    "leave --threads out to use all processors");
        }
        return threads;
    }
}
