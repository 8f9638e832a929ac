package dev.gantry.app.cli;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.lora.conformance.CaseFolder;
import dev.gantry.lora.conformance.CaseRun;
import dev.gantry.lora.conformance.Finding;
import dev.gantry.lora.memory.MemoryTiers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry conformance DIR`: what Gantry computes beside what PyTorch computed.
@Command(
        name = "conformance",
        mixinStandardHelpOptions = true,
        description = "Runs reference cases and prints the worst error of each quantity as a share of what is allowed.")
final class ConformanceCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "DIR", description = "a case, or a folder of cases")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    @Mixin
    private final MemoryLimitOptions memory = new MemoryLimitOptions();

    @Mixin
    private final ComputeOptions machine = new ComputeOptions();

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    ConformanceCommand(CliContext context) {
        this.context = context;
    }

    /// Outcome of one case, as a script reads it.
    private record CaseOutcome(String name, List<Finding> findings) {}

    /// Outcome of all cases.
    private record Outcome(
            String backend, int passed, int failed, int notYet, List<CaseOutcome> cases, MemoryOutcome memory) {}

    @Override
    public Integer call() {
        List<CaseFolder> cases = CaseFolder.findAll(folder);
        List<CaseOutcome> outcomes = new ArrayList<>();
        MemoryTiers tiers;
        String backendName;
        try (Backend backend = machine.open(context);
                var task = context.progress().start("running cases", cases.size(), ProgressUnit.ITEMS)) {
            tiers = MemoryTiers.within(memory.limits(), backend);
            backendName = backend.description();
            for (CaseFolder reference : cases) {
                context.progress().throwIfCancelled();
                outcomes.add(new CaseOutcome(reference.name(), new CaseRun(backend, reference, tiers).run()));
                task.update(outcomes.size());
            }
        }
        Outcome outcome = new Outcome(
                backendName,
                count(outcomes, "ok"),
                count(outcomes, "FAIL"),
                count(outcomes, "not yet"),
                outcomes,
                MemoryOutcome.of(tiers));
        if (json) {
            context.printJson(outcome);
        } else {
            print(outcome);
            if (tiers.areLimited()) {
                context.out().println(outcome.memory().line());
            }
        }
        return outcome.failed() == 0 && outcome.passed() > 0 ? ExitCode.OK.value() : ExitCode.FAILED_CHECK.value();
    }

    private static int count(List<CaseOutcome> outcomes, String verdict) {
        return (int) outcomes.stream()
                .flatMap(outcome -> outcome.findings().stream())
                .filter(finding -> verdict(finding).equals(verdict))
                .count();
    }

    private static String verdict(Finding finding) {
        return switch (finding) {
            case Finding.Compared compared -> compared.passed() ? "ok" : "FAIL";
            case Finding.Failed failed -> "FAIL";
            case Finding.NotYet notYet -> "not yet";
        };
    }

    private void print(Outcome outcome) {
        context.out().println(outcome.backend());
        for (CaseOutcome one : outcome.cases()) {
            context.out().println();
            context.out().println(one.name());
            one.findings()
                    .forEach(finding -> context.out()
                            .printf("  %-8s %-52s %s%n", verdict(finding), finding.quantity(), detail(finding)));
        }
        context.out().println();
        context.out()
                .printf("%d passed, %d failed, %d not yet%n", outcome.passed(), outcome.failed(), outcome.notYet());
    }

    private static String detail(Finding finding) {
        return switch (finding) {
            case Finding.Compared compared ->
                String.format(
                        Locale.ROOT,
                        "%.3f of allowed, off by %.2e at %s (%d compared)",
                        compared.worst(),
                        compared.worstAbsolute(),
                        compared.where(),
                        compared.tensors());
            case Finding.Failed failed -> failed.reason();
            case Finding.NotYet notYet -> notYet.reason();
        };
    }
}
