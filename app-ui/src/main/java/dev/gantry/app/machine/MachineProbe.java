package dev.gantry.app.machine;

import com.sun.management.OperatingSystemMXBean;
import dev.gantry.offload.io.DiskProbe;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import jdk.incubator.vector.FloatVector;

/// Looks at the parts of this machine without measuring them.
public final class MachineProbe {
    private static final long DISK_PROBE_BYTES = 128L << 20;

    private static final Pattern MEM_AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");
    private static final Pattern MODEL_NAME = Pattern.compile("(?m)^(?:model name|Model)\\s*:\\s*(.+)$");

    public String operatingSystem() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version");
    }

    public MachineReport.Cpu cpu() throws IOException {
        var species = FloatVector.SPECIES_PREFERRED;
        return new MachineReport.Cpu(
                cpuModel(),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                species.vectorBitSize() + "-bit (" + species.length() + " f32 lanes)");
    }

    public MachineReport.Memory memory() throws IOException {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long available = system.getFreeMemorySize();
        Path memInfo = Path.of("/proc/meminfo");
        if (Files.isReadable(memInfo)) {
            var match = MEM_AVAILABLE.matcher(Files.readString(memInfo));
            // a container's own limit may be lower than what the host has left
            available = match.find() ? Long.parseLong(match.group(1)) * 1024 : available;
        }
        return new MachineReport.Memory(
                system.getTotalMemorySize(),
                Math.min(available, system.getTotalMemorySize()),
                Runtime.getRuntime().maxMemory());
    }

    public MachineReport.Java java() {
        return new MachineReport.Java(
                Runtime.version().toString(), System.getProperty("java.vendor"), System.getProperty("java.home"));
    }

    /// The disk under `folder`, which need not be there yet.
    public MachineReport.Disk disk(Path folder) throws IOException {
        FileStore store = Files.getFileStore(nearestExisting(folder));
        return new MachineReport.Disk(folder.toString(), store.getUsableSpace(), store.getTotalSpace());
    }

    /// The rates of the disk under `folder`, in about two seconds; nothing is left behind.
    public DiskProbe.Rates diskRates(Path folder) throws IOException {
        return new DiskProbe().measure(nearestExisting(folder), DISK_PROBE_BYTES);
    }

    private static Path nearestExisting(Path folder) {
        Path at = folder.toAbsolutePath();
        while (!Files.isDirectory(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    private static String cpuModel() throws IOException {
        Path cpuInfo = Path.of("/proc/cpuinfo");
        if (Files.isReadable(cpuInfo)) {
            var match = MODEL_NAME.matcher(Files.readString(cpuInfo));
            return match.find() ? match.group(1).strip() : "unknown";
        }
        if (System.getProperty("os.name").startsWith("Mac")) {
            return firstLineOf("sysctl", "-n", "machdep.cpu.brand_string");
        }
        return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", "unknown");
    }

    private static String firstLineOf(String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var lines = process.inputReader()) {
            String line = lines.readLine();
            process.waitFor(5, TimeUnit.SECONDS);
            return line == null ? "unknown" : line.strip();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        } finally {
            process.destroy();
        }
    }
}
