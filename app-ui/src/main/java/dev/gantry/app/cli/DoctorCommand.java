package dev.gantry.app.cli;

import dev.gantry.app.machine.MachineExamination;
import dev.gantry.app.machine.MachineReport;
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
        var examination = new MachineExamination(context.home().folder());
        var rates = examination.measure(context.progress());
        return examination.look().with(GantryVersion.current(), rates);
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
        report.cuda().libraries().stream().skip(1).forEach(library -> line(library.name(), words(library)));
    }

    /// The driver has its own line.
    private static String words(MachineReport.CudaLibrary library) {
        return switch (library.state()) {
            case FOUND -> library.version() + ", " + library.detail();
            case MISSING, UNFIT -> "not usable: " + library.detail();
        };
    }

    private void line(String label, String text) {
        context.out().printf("%-12s %s%n", label, text);
    }
}
