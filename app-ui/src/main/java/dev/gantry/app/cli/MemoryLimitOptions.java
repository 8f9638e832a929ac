package dev.gantry.app.cli;

import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.train.config.ByteSize;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--device-memory`, `--host-memory` and `--disk-folder`: what a command may take of each. They never change its
/// numbers.
final class MemoryLimitOptions {
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

    MemoryLimits limits() {
        Path disk = folder;
        return new MemoryLimits(size(device), size(host), disk == null ? null : disk.toAbsolutePath());
    }

    private static @Nullable ByteSize size(@Nullable String written) {
        return written == null ? null : ByteSize.parse(written);
    }
}
