package dev.gantry.app.export;

import dev.gantry.app.library.RunResult;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.lora.export.TunedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a run or the folder of an adapter has to export.
public sealed interface Exportable {
    /// The model whose shape the export has.
    ModelFolder model();

    /// The kinds of export that there can be of it.
    List<ExportKind> kinds();

    /// An adapter and the model it was trained on.
    record Adapted(TunedModel tuned) implements Exportable {
        @Override
        public ModelFolder model() {
            return tuned.base();
        }

        @Override
        public List<ExportKind> kinds() {
            return List.of(ExportKind.values());
        }
    }

    /// The model of a run that trained all its parameters.
    record Whole(ModelFolder model) implements Exportable {
        @Override
        public List<ExportKind> kinds() {
            return List.of(ExportKind.MERGED);
        }
    }

    /// Finds the folder of a base model from what an adapter calls it: a path or a name.
    @FunctionalInterface
    interface Bases {
        /// @throws GantryException when there is none of that name
        Path folder(String given) throws IOException;
    }

    /// Looks into a folder.
    ///
    /// @param folder a run's, of which the best checkpoint is taken, or an adapter's PEFT folder
    /// @param base names the base model in place of what the adapter says; empty to believe the adapter
    static Exportable in(Path folder, String base, Bases bases) throws IOException {
        Optional<Path> whole = RunResult.wholeModel(folder);
        if (whole.isPresent()) {
            return new Whole(ModelFolder.open(whole.get()));
        }
        Path adapter = RunResult.adapter(folder);
        String named = base.isEmpty() ? AdapterConfigJson.read(adapter).baseModel() : base;
        if (named.isEmpty()) {
            throw GantryException.usage(
                    "EXPORT-BASE-UNKNOWN",
                    "cannot export " + adapter,
                    "the adapter does not say which model it was tuned on",
                    "name it with --model");
        }
        return new Adapted(new TunedModel(
                ModelFolder.open(bases.folder(named)), adapter, new TokenizerFiles(adapter).chatTemplate()));
    }
}
