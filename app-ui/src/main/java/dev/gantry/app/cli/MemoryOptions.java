package dev.gantry.app.cli;

import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.TrainConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--device-memory`, `--host-memory`, `--disk-folder` and `--placement`: what a run may take of each, and what lives
/// where. They never change its numbers.
final class MemoryOptions {
    @Option(
            names = "--device-memory",
            paramLabel = "SIZE",
            description = "memory for everything that is computed with, such as 1.5GB; what does not fit waits in host"
                    + " memory or stays in the model's files")
    private @Nullable String device;

    @Option(
            names = "--host-memory",
            paramLabel = "SIZE",
            description = "memory for weights that wait beside the device, such as 4GB")
    private @Nullable String host;

    @Option(
            names = "--disk-folder",
            paramLabel = "DIR",
            description = "keep here what memory does not hold: a copy of the model's blocks that reads faster than the"
                    + " model's own files, or optimizer states")
    private @Nullable Path folder;

    @Option(
            names = "--placement",
            paramLabel = "PLACES",
            description = "auto, or the parts of each kind of values on device and host, such as"
                    + " masters=0/1,moments=0.25/0.5; what is on neither lives on disk. Kinds: parameters, gradients,"
                    + " masters, moments, boundaries, blocks")
    private @Nullable String placement;

    TrainConfig in(TrainConfig config) {
        return config.withMachine(in(config.machine()));
    }

    MachineSection in(MachineSection machine) {
        Path disk = folder;
        return machine.within(
                        size(device),
                        size(host),
                        disk == null ? null : disk.toAbsolutePath().toString())
                .placed(placement == null ? null : PlacementSetting.parse(placement));
    }

    private static @Nullable ByteSize size(@Nullable String written) {
        return written == null ? null : ByteSize.parse(written);
    }
}
