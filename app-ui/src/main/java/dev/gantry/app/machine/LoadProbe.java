package dev.gantry.app.machine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/// Reads how busy the machine is; cheap enough to be asked every second.
public final class LoadProbe {
    private final MachineProbe probe = new MachineProbe();
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final Path folder;

    /// @param folder whose disk is looked at
    public LoadProbe(Path folder) {
        this.folder = folder;
    }

    public MachineLoad read() throws IOException {
        var memory = probe.memory();
        var disk = probe.disk(folder);
        return new MachineLoad(
                Math.clamp(system.getCpuLoad(), 0.0, 1.0),
                memory.totalBytes() - memory.availableBytes(),
                memory.totalBytes(),
                disk.freeBytes(),
                disk.totalBytes());
    }
}
