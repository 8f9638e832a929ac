package dev.gantry.app.ui.runs;

import dev.gantry.app.machine.GpuLoad;
import dev.gantry.app.machine.GpuLoadProbe;
import dev.gantry.app.machine.LoadProbe;
import dev.gantry.app.machine.MachineLoad;
import dev.gantry.app.machine.ProcessMemory;
import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.ui.text.Numbers;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.run.TrainerMark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads once a second how busy the machine is, and what the trainer of a run takes of it. One thread uses it.
final class Gauges {
    private static final long PERIOD_NANOS = 1_000_000_000L;

    private final Texts texts;
    private final Numbers numbers;
    private final LoadProbe machine;
    private final GpuLoadProbe gpus = new GpuLoadProbe();
    private List<Gauge> read = List.of();
    private long readNanos;

    /// @param home whose disk is looked at
    Gauges(Texts texts, Path home) {
        this.texts = texts;
        this.numbers = texts.numbers();
        this.machine = new LoadProbe(home);
    }

    /// Empty when nobody trains the run.
    List<Gauge> read(RunSnapshot run) throws IOException {
        if (!run.status().isAlive()) {
            read = List.of();
            return read;
        }
        long now = System.nanoTime();
        if (read.isEmpty() || now - readNanos > PERIOD_NANOS) {
            read = measure(run);
            readNanos = now;
        }
        return read;
    }

    private List<Gauge> measure(RunSnapshot run) throws IOException {
        MachineLoad load = machine.read();
        List<Gauge> gauges = new ArrayList<>();
        gauges.add(new Gauge(texts.get("runs.gauge.cpu"), load.cpuShare(), numbers.percent(load.cpuShare())));
        gauges.add(part("runs.gauge.memory", load.memoryUsedBytes(), load.memoryTotalBytes()));
        gauges.add(part("runs.gauge.disk", load.diskTotalBytes() - load.diskFreeBytes(), load.diskTotalBytes()));
        Optional<Long> own = TrainerMark.read(run.run()).flatMap(mark -> ProcessMemory.residentBytes(mark.pid()));
        own.ifPresent(bytes -> gauges.add(part("runs.gauge.trainer", bytes, load.memoryTotalBytes())));
        for (GpuLoad gpu : gpus.read()) {
            gauges.add(new Gauge(texts.format("runs.gauge.gpu", gpu.index()), gpu.busyShare(), busy(gpu)));
            gauges.add(new Gauge(
                    texts.format("runs.gauge.gpu-memory", gpu.index()),
                    share(gpu.memoryUsedBytes(), gpu.memoryTotalBytes()),
                    of(gpu.memoryUsedBytes(), gpu.memoryTotalBytes())));
        }
        return List.copyOf(gauges);
    }

    /// With heat and power where the driver tells them.
    private String busy(GpuLoad gpu) {
        StringBuilder said = new StringBuilder(numbers.percent(gpu.busyShare()));
        if (gpu.celsius() != null) {
            said.append(" · ").append(texts.format("runs.gauge.celsius", gpu.celsius()));
        }
        if (gpu.watts() != null) {
            said.append(" · ").append(texts.format("runs.gauge.watts", Math.round(gpu.watts())));
        }
        return said.toString();
    }

    private Gauge part(String key, long used, long total) {
        return new Gauge(texts.get(key), share(used, total), of(used, total));
    }

    private static double share(long used, long total) {
        return total == 0 ? 0 : (double) used / total;
    }

    private String of(long used, long total) {
        return texts.format("runs.gauge.of", numbers.bytes(used), numbers.bytes(total));
    }
}
