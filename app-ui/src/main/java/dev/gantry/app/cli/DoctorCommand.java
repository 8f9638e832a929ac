package dev.gantry.app.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.gantry.app.machine.CardLinks;
import dev.gantry.app.machine.CudaFolder;
import dev.gantry.app.machine.CudaPackages;
import dev.gantry.app.machine.MachineExamination;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.selftest.Grade;
import dev.gantry.app.selftest.Part;
import dev.gantry.app.selftest.SelfTest;
import dev.gantry.app.ui.GantryWindow;
import dev.gantry.app.ui.text.FindingWords;
import dev.gantry.engine.collective.Links;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `gantry doctor`: what this machine has, what it can do and what is missing.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Looks at this machine: processor, memory, disk, libraries, graphics cards; measures for 3 seconds, then"
                        + " checks what Gantry needs and has the starter model answer.")
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
        Optional<CardLinks> links =
                CardLinks.measure(context.devices(), report.cuda().gpus().size());
        List<Checked> checks = checks();
        if (json) {
            context.printJson(new Examined(report, links.orElse(null), checks));
        } else {
            print(report);
            links.ifPresent(this::print);
            checks.forEach(this::print);
        }
        boolean bad = checks.stream().anyMatch(checked -> checked.grade() == Grade.BAD);
        return (bad ? ExitCode.FAILED_CHECK : ExitCode.OK).value();
    }

    /// One line of the self-test, in English.
    ///
    /// @param nextStep empty where nothing is wrong
    record Checked(Part part, Grade grade, String reason, String text, String nextStep) {}

    /// The report with the self-test beside its other keys.
    ///
    /// @param cardLinks null where there are not several cards
    record Examined(
            @JsonUnwrapped MachineReport machine, @Nullable CardLinks cardLinks, List<Checked> checks) {}

    /// The checks that the window shows at its first start.
    private List<Checked> checks() {
        SelfTest selfTest = new SelfTest(context.home(), GantryWindow.hasDisplay());
        FindingWords words = FindingWords.english();
        return Stream.of(Part.values())
                .map(selfTest::check)
                .map(finding -> new Checked(
                        finding.part(), finding.grade(), finding.reason(), words.text(finding), words.next(finding)))
                .toList();
    }

    private void print(CardLinks cards) {
        Links links = cards.links();
        line(
                "card links",
                links == null || cards.carrier() == null
                        ? "not usable together: " + cards.fault()
                        : "by " + cards.carrier().words() + ", " + RankPrinter.words(links));
    }

    private void print(Checked checked) {
        String word = switch (checked.grade()) {
            case GOOD -> "ok";
            case LIMITED -> "limited";
            case BAD -> "not usable";
        };
        line("check", checked.part().key() + " " + word + ": " + checked.text());
        if (!checked.nextStep().isEmpty()) {
            line("", "what to do: " + checked.nextStep());
        }
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
                    gpu.device(),
                    gpu.name() + ", " + Quantity.bytes(gpu.memoryBytes()) + ", compute capability "
                            + gpu.computeCapability());
        }
        printLibraries(report.cuda());
    }

    private void printLibraries(MachineReport.Cuda cuda) {
        cuda.libraries().stream().skip(1).forEach(library -> line(library.name(), words(library)));
        for (CudaFolder folder : cuda.folders()) {
            String fault = folder.fault().isEmpty() ? "" : ": " + folder.fault();
            line("cuda folder", folder.written() + " (" + folder.by() + ")" + fault);
        }
        for (CudaPackages.Offer offer : cuda.packages()) {
            line("to get it", offer.source().words() + ": " + offer.command());
        }
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
