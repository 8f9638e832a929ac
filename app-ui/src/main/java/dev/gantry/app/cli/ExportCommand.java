package dev.gantry.app.cli;

import dev.gantry.app.export.Export;
import dev.gantry.app.export.ExportKind;
import dev.gantry.app.export.ExportOutcome;
import dev.gantry.app.export.Exportable;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.export.ReloadReport;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.zoo.export.ExportReceipt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry export RUN`: an adapter or a merged model that others load, with a receipt.
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes a tuned model for other programs and proves that what was written loads.")
final class ExportCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "RUN", description = "a run, or an adapter's PEFT folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String run;

    @Option(names = "--to", paramLabel = "KIND", description = "adapter or merged (default ${DEFAULT-VALUE})")
    private ExportKind kind = ExportKind.MERGED;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "a folder that does not exist yet")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path out;

    @Option(names = "--model", paramLabel = "MODEL", description = "the base model (default: the one it was tuned on)")
    private @Nullable String model;

    @Option(names = "--dtype", paramLabel = "TYPE", description = "f32, bf16 or f16 (default: the base's)")
    private @Nullable DType dtype;

    @Mixin
    private final MemoryLimitOptions memory = new MemoryLimitOptions();

    @Mixin
    private final ComputeOptions machine = new ComputeOptions();

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    ExportCommand(CliContext context) {
        this.context = context;
    }

    /// The outcome as a script reads it.
    private record Outcome(ExportReceipt receipt, ReloadReport reload, boolean passed, MemoryOutcome memory) {}

    @Override
    public Integer call() throws IOException {
        ModelReference references = new ModelReference(context.home());
        Exportable what = Exportable.in(references.run(run), model == null ? "" : model, references::folder);
        MemoryTiers tiers = MemoryTiers.within(memory.limits());
        ExportOutcome outcome =
                new Export(() -> machine.open(context), context.progress(), tiers).write(what, kind, out, dtype);
        MemoryOutcome held = MemoryOutcome.of(tiers);
        if (json) {
            context.printJson(new Outcome(outcome.receipt(), outcome.reload(), outcome.passed(), held));
        } else {
            new ExportReceiptPrinter(context.out()).print(outcome.receipt(), outcome.reload());
            if (tiers.areLimited()) {
                context.out().println(held.line());
            }
        }
        if (outcome.passed()) {
            return ExitCode.OK.value();
        }
        context.err()
                .printf(
                        Locale.ROOT,
                        "what was exported differs from what it was made of by %.3g of its largest logit%n",
                        outcome.reload().largestShare());
        return ExitCode.FAILED_CHECK.value();
    }
}
