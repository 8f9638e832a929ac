package dev.gantry.app.cli;

import dev.gantry.engine.backend.Backend;
import picocli.CommandLine.Mixin;

/// `--device` and `--threads`: what computes, for commands that take no settings of a run.
final class ComputeOptions {
    @Mixin
    private final DeviceOption device = new DeviceOption();

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    int threads() {
        return threads.count();
    }

    /// Opens what was asked for; the caller closes it.
    ///
    /// @throws dev.gantry.engine.GantryException when it cannot be used
    Backend open(CliContext context) {
        return context.devices().open(device.choice(), threads.count());
    }
}
