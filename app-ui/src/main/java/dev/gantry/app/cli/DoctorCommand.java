package dev.gantry.app.cli;

import dev.gantry.app.machine.CudaProbe;
import dev.gantry.app.machine.LibraryProbe;
import dev.gantry.app.machine.MachineProbe;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.machine.MemoryRate;
import dev.gantry.engine.progress.ProgressUnit;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `gantry doctor`: what this machine has, what it can do and what is missing.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Looks at this machine: processor, memory, disk, libraries, graphics cards; measures for 3 seconds.")
final class DoctorCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    DoctorCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        MachineReport report = examine();
        if (json) {
            context.printJson(report);
        } else {
            print(report);
        }
        return ExitCode.OK.value();
    }

    private MachineReport examine() throws IOException {
        var probe = new MachineProbe();
        var cpu = probe.cpu();
        var memory = probe.memory();
        var disk = context.home().folder();
        try (var task = context.progress().start("measuring", 3, ProgressUnit.ITEMS)) {
            var memoryRate = new MemoryRate(cpu.logicalCores(), memory.availableBytes());
            long copyBytesPerSecond = memoryRate.copyBytesPerSecond();
            task.update(1);
            long readBytesPerSecond = memoryRate.readBytesPerSecond();
            task.update(2);
            context.progress().throwIfCancelled();
            var diskRates = probe.diskRates(disk);
            task.update(3);
            return new MachineReport(
                    GantryVersion.current(),
                    probe.operatingSystem(),
                    cpu,
                    memory,
                    probe.java(),
                    probe.disk(disk),
                    new LibraryProbe().probe(),
                    new MachineReport.Rates(
                            copyBytesPerSecond,
                            readBytesPerSecond,
                            (long) diskRates.write().queue().bytesPerSecond(),
                            (long) diskRates.read().queue().bytesPerSecond(),
                            diskRates.read().access().words()),
                    new CudaProbe().probe());
        }
    }

    private void print(MachineReport report) {
        line("gantry", report.gantryVersion() + " on " + report.operatingSystem());
        line(
                "processor",
                report.cpu().model() + ", " + report.cpu().logicalCores() + " cores, vectors "
                        + report.cpu().simd());
        line(
                "memory",
                Quantity.bytes(report.memory().totalBytes()) + ", "
                        + Quantity.bytes(report.memory().availableBytes()) + " available; Java heap up to "
                        + Quantity.bytes(report.memory().maxHeapBytes()));
        line(
                "java",
                report.java().version() + " (" + report.java().vendor() + "), "
                        + report.java().home());
        line(
                "disk",
                Quantity.bytes(report.disk().freeBytes()) + " free of "
                        + Quantity.bytes(report.disk().totalBytes()) + " for "
                        + report.disk().folder());
        for (var library : report.nativeLibraries()) {
            line(
                    library.name(),
                    switch (library.state()) {
                        case LOADED -> library.detail();
                        case MISSING -> "not usable: " + library.detail() + " (" + library.purpose() + ")";
                    });
        }
        var rates = report.rates();
        line(
                "memory rate",
                Quantity.bytes(rates.memoryReadBytesPerSecond()) + "/s read, "
                        + Quantity.bytes(rates.memoryCopyBytesPerSecond()) + "/s copied");
        line(
                "disk rate",
                Quantity.bytes(rates.diskReadBytesPerSecond()) + "/s read (" + rates.diskReadKind() + "), "
                        + Quantity.bytes(rates.diskWriteBytesPerSecond()) + "/s written and synced");
        line("cuda", report.cuda().detail());
        for (var gpu : report.cuda().gpus()) {
            line(
                    "gpu",
                    gpu.name() + ", " + Quantity.bytes(gpu.memoryBytes()) + ", compute capability "
                            + gpu.computeCapability());
        }
    }

    private void line(String label, String text) {
        context.out().printf("%-12s %s%n", label, text);
    }
}
