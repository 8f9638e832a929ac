package dev.gantry.app.cli;

import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.TrainConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `--device-memory`, `--host-memory`, `--disk-folder` and `--placement`: what a run may take of each, and what lives
/// where. They never change its numbers.
final class MemoryOptions {
    @Mixin
    private final MemoryLimitOptions limits = new MemoryLimitOptions();

    @Option(
            names = "--placement",
            paramLabel = "PLACES",
            description = "auto, or the parts of each kind of values on device and host, such as"
                    + " masters=0/1,moments=0.25/0.5; what is on neither lives on disk. Kinds: parameters, gradients,"
                    + " masters, moments, boundaries, blocks, head")
    private @Nullable String placement;

    TrainConfig in(TrainConfig config) {
        return config.withMachine(in(config.machine()));
    }

    MachineSection in(MachineSection machine) {
        MemoryLimits asked = limits.limits();
        Path disk = asked.diskFolder();
        return machine.within(asked.device(), asked.host(), disk == null ? null : disk.toString())
                .placed(placement == null ? null : PlacementSetting.parse(placement));
    }
}
