package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.lora.export.AdapterExport;
import dev.gantry.lora.export.MergedExport;
import dev.gantry.lora.export.ReloadCheck;
import dev.gantry.lora.export.ReloadReport;
import dev.gantry.lora.export.TunedModel;
import dev.gantry.zoo.export.ExportReceipt;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
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
    private Kind kind = Kind.MERGED;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "a folder that does not exist yet")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path out;

    @Option(names = "--model", paramLabel = "MODEL", description = "the base model (default: the one it was tuned on)")
    private @Nullable String model;

    @Option(names = "--dtype", paramLabel = "TYPE", description = "f32, bf16 or f16 (default: the base's)")
    private @Nullable DType dtype;

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    ExportCommand(CliContext context) {
        this.context = context;
    }

    /// What is written.
    private enum Kind {
        ADAPTER,
        MERGED
    }

    /// The outcome as a script reads it; the check is null for an adapter.
    private record Outcome(ExportReceipt receipt, @Nullable ReloadReport reload, boolean passed) {}

    @Override
    public Integer call() throws IOException {
        Path folder = new ModelReference(context.home()).run(run);
        Optional<Path> whole = ModelReference.wholeModel(folder);
        Outcome outcome = whole.isPresent() ? whole(whole.get()) : adapted(tuned(folder));
        if (json) {
            context.printJson(outcome);
        } else {
            new ExportReceiptPrinter(context.out()).print(outcome.receipt(), outcome.reload());
        }
        return outcome.passed() ? ExitCode.OK.value() : ExitCode.FAILED_CHECK.value();
    }

    private Outcome adapted(TunedModel tuned) throws IOException {
        return switch (kind) {
            case ADAPTER -> adapter(tuned);
            case MERGED -> merged(tuned);
        };
    }

    private Outcome adapter(TunedModel tuned) throws IOException {
        try (CpuBackend backend = new CpuBackend(threads.count())) {
            return new Outcome(new AdapterExport(backend).write(tuned, out), null, true);
        }
    }

    /// A run that trained all parameters has no adapter; its checkpoint is a model already.
    private Outcome whole(Path model) throws IOException {
        try (CpuBackend backend = new CpuBackend(threads.count())) {
            ExportReceipt receipt =
                    new MergedExport(backend, context.progress()).write(ModelFolder.open(model), out, dtype);
            return new Outcome(receipt, null, true);
        }
    }

    private TunedModel tuned(Path folder) throws IOException {
        ModelReference references = new ModelReference(context.home());
        Path adapter = ModelReference.adapterFolder(folder);
        AdapterConfigJson.Contents contents = AdapterConfigJson.read(adapter);
        String base = model != null ? model : contents.baseModel();
        if (base.isEmpty()) {
            throw GantryException.usage(
                    "EXPORT-BASE-UNKNOWN",
                    "cannot export " + adapter,
                    "the adapter does not say which model it was tuned on",
                    "name it with --model");
        }
        return new TunedModel(
                ModelFolder.open(references.folder(base)), adapter, new TokenizerFiles(adapter).chatTemplate());
    }

    private Outcome merged(TunedModel tuned) throws IOException {
        try (CpuBackend backend = new CpuBackend(threads.count())) {
            ExportReceipt receipt = new MergedExport(backend, context.progress()).write(tuned, out, dtype);
            ReloadReport report = new ReloadCheck(backend).run(tuned, receipt.folder(), ReloadCheck.PROMPTS);
            DType written = dtype != null ? dtype : tuned.base().dtype();
            boolean passed = ReloadCheck.passed(report, written);
            if (!passed) {
                context.err()
                        .printf(
                                Locale.ROOT,
                                "the exported model differs from the adapter by %.3g of its largest logit%n",
                                report.largestShare());
            }
            return new Outcome(receipt, report, passed);
        }
    }
}
