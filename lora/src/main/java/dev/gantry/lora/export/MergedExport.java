package dev.gantry.lora.export;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterCheck;
import dev.gantry.lora.adapter.AdapterMerge;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.zoo.export.ChangedTensors;
import dev.gantry.zoo.export.ExportReceipt;
import dev.gantry.zoo.export.ExportSource;
import dev.gantry.zoo.export.ModelCard;
import dev.gantry.zoo.export.ModelExporter;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a tuned model as one model of its own: base and adapter merged some rows of a tensor at a time, or all
/// parameters.
public final class MergedExport {
    private final Backend backend;
    private final Progress progress;
    private final MemoryAccount account;

    public MergedExport(Backend backend, Progress progress) {
        this(backend, progress, backend.unlimited());
    }

    /// @param account where all memory beside the mapped base is taken from: the adapter, and never more than two
    ///     tensors; of a smaller account what it has left, down to a few rows
    public MergedExport(Backend backend, Progress progress, MemoryAccount account) {
        this.backend = backend;
        this.progress = progress;
        this.account = account;
    }

    /// @param target a folder that does not exist yet
    /// @param dtype type of all tensors, or null to keep the base's
    public ExportReceipt write(TunedModel tuned, Path target, @Nullable DType dtype) throws IOException {
        try (LoadedModel base = tuned.base().load();
                Adapter adapter = PeftFolder.read(
                        tuned.adapter(), base.model().spec(), tuned.base().family()::modulePath, backend, account)) {
            AdapterCheck.requireTrained(adapter);
            AdapterMerge merge = new AdapterMerge(adapter, base.model().spec().linearLayout(), backend, account);
            ExportSource source = ExportSource.of(base, new Merged(merge), card(tuned));
            String template = tuned.template();
            if (template != null) {
                source = source.withChatTemplate(template);
            }
            if (dtype != null) {
                source = source.withDtype(dtype);
            }
            return new ModelExporter(progress, account).export(source, target);
        }
    }

    /// Writes a model whose own parameters were trained.
    ///
    /// @param model a run's checkpoint
    public ExportReceipt write(ModelFolder model, Path target, @Nullable DType dtype) throws IOException {
        try (LoadedModel loaded = model.load()) {
            String name = String.valueOf(target.getFileName());
            ModelCard card = new ModelCard(
                    name,
                    "",
                    ModelCard.licenseIn(model.path()),
                    List.of("gantry"),
                    "All parameters trained with Gantry.");
            ExportSource source = ExportSource.of(loaded, ChangedTensors.NONE, card);
            return new ModelExporter(progress, account)
                    .export(dtype == null ? source : source.withDtype(dtype), target);
        }
    }

    private static ModelCard card(TunedModel tuned) throws IOException {
        Path folder = tuned.base().path();
        String name = String.valueOf(folder.getFileName());
        return new ModelCard(
                name + ", tuned",
                name,
                ModelCard.licenseIn(folder),
                List.of("gantry", "lora", "merged"),
                "Tuned with Gantry: a LoRA adapter on " + name + ", merged into its weights.");
    }

    /// Merged parameters as the exporter asks for them.
    private record Merged(AdapterMerge merge) implements ChangedTensors {
        @Override
        public boolean changes(ParameterId id) {
            return merge.changes(id);
        }

        @Override
        public int rowStep() {
            return AdapterMerge.ROW_STEP;
        }

        @Override
        public void write(ParameterId id, int from, Matrix base, Matrix changed) {
            merge.merge(id, from, base, changed);
        }
    }
}
