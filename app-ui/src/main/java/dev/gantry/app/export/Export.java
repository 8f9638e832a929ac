package dev.gantry.app.export;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.export.AdapterExport;
import dev.gantry.lora.export.MergedExport;
import dev.gantry.lora.export.ReloadCheck;
import dev.gantry.lora.export.ReloadReport;
import dev.gantry.lora.export.TunedModel;
import dev.gantry.lora.export.WritingBackend;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.zoo.export.ExportReceipt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Writes a tuned model, loads what was written, and compares the two.
public final class Export {
    private final Supplier<Backend> backends;
    private final Progress progress;
    private final MemoryTiers tiers;

    /// @param backends opens what computes
    public Export(Supplier<Backend> backends, Progress progress) {
        this(backends, progress, MemoryTiers.within(MemoryLimits.NONE));
    }

    /// @param backends opens what computes
    /// @param tiers where all memory beside the mapped weights is taken from; limits never change what is written
    public Export(Supplier<Backend> backends, Progress progress, MemoryTiers tiers) {
        this.backends = backends;
        this.progress = progress;
        this.tiers = tiers;
    }

    /// @param target a folder that does not exist yet
    /// @param dtype type of a merged model's tensors, or null to keep the base's; an adapter is always f32
    public ExportOutcome write(Exportable what, ExportKind kind, Path target, @Nullable DType dtype)
            throws IOException {
        try (Backend backend = backends.get();
                Backend writer = WritingBackend.beside(backend)) {
            return switch (what) {
                case Exportable.Whole whole -> whole(backend, writer, whole, kind, target, dtype);
                case Exportable.Adapted(TunedModel tuned) ->
                    switch (kind) {
                        case ADAPTER -> adapter(backend, writer, tuned, target);
                        case MERGED -> merged(backend, writer, tuned, target, dtype);
                    };
            };
        }
    }

    /// A run that trained all parameters has no adapter; its checkpoint is a model already.
    private ExportOutcome whole(
            Backend backend,
            Backend writer,
            Exportable.Whole whole,
            ExportKind kind,
            Path target,
            @Nullable DType dtype)
            throws IOException {
        if (kind == ExportKind.ADAPTER) {
            throw GantryException.usage(
                    "EXPORT-NO-ADAPTER",
                    "cannot export an adapter from " + whole.model().path(),
                    "the run trained all parameters of its model: there is no adapter",
                    "export it as a model, --to merged");
        }
        ReloadCheck check = check(backend);
        check.requireRoomForWhole(whole.model(), ReloadCheck.PROMPTS);
        ExportReceipt receipt = new MergedExport(writer, progress, tiers.device()).write(whole.model(), target, dtype);
        ReloadReport report = check.runWhole(whole.model(), receipt.folder(), ReloadCheck.PROMPTS);
        return outcome(receipt, report, dtype != null ? dtype : whole.model().dtype());
    }

    private ExportOutcome adapter(Backend backend, Backend writer, TunedModel tuned, Path target) throws IOException {
        ReloadCheck check = check(backend);
        check.requireRoomForAdapter(tuned, ReloadCheck.PROMPTS);
        ExportReceipt receipt = new AdapterExport(writer, tiers.device()).write(tuned, target);
        ReloadReport report = check.runAdapter(tuned, receipt.folder(), ReloadCheck.PROMPTS);
        return outcome(receipt, report, DType.F32);
    }

    private ExportOutcome merged(Backend backend, Backend writer, TunedModel tuned, Path target, @Nullable DType dtype)
            throws IOException {
        ReloadCheck check = check(backend);
        check.requireRoom(tuned, ReloadCheck.PROMPTS);
        ExportReceipt receipt = new MergedExport(writer, progress, tiers.device()).write(tuned, target, dtype);
        ReloadReport report = check.run(tuned, receipt.folder(), ReloadCheck.PROMPTS);
        return outcome(receipt, report, dtype != null ? dtype : tuned.base().dtype());
    }

    private ReloadCheck check(Backend backend) {
        MemoryTiers checked = backend.memory().isHost() ? tiers : MemoryTiers.within(tiers.limits(), backend);
        return new ReloadCheck(backend, progress, checked);
    }

    private static ExportOutcome outcome(ExportReceipt receipt, ReloadReport report, DType written) {
        return new ExportOutcome(receipt, report, ReloadCheck.passed(report, written));
    }
}
