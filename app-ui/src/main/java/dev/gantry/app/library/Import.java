package dev.gantry.app.library;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.ModelEntry;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.ChatTemplates;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.model.TokenizerKind;
import dev.gantry.zoo.model.WeightScan;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// Looks at a folder the user pointed to and says what can be imported from it; copies nothing.
public final class Import {
    /// The name of the model that comes with the program.
    public static final String STARTER = "starter";

    /// A tokenizer with fewer tokens than this share of the embedding is probably another model's; embeddings are
    /// padded to round sizes, by far less.
    private static final double USUAL_SHARE = 0.9;

    private final Clock clock;
    private final Progress progress;

    public Import(Clock clock, Progress progress) {
        this.clock = clock;
        this.progress = progress;
    }

    /// Whether all weights are read, to find those that are no numbers; takes as long as the disk needs.
    public enum Weights {
        READ,
        TRUSTED
    }

    /// What was found.
    public sealed interface Found {
        String name();
    }

    /// @param vocabularySize of the tokenizer, 0 when the folder has none
    /// @param chatTemplate the name of the template in the folder, or `none`
    /// @param warnings what the user should know before relying on the model, in sentences
    public record FoundModel(
            ModelEntry entry,
            int layers,
            int hidden,
            int maxPositions,
            int vocabularySize,
            String chatTemplate,
            List<String> warnings)
            implements Found {
        @Override
        public String name() {
            return entry.name();
        }
    }

    public record FoundAdapter(AdapterEntry entry) implements Found {
        @Override
        public String name() {
            return entry.name();
        }
    }

    /// Checks every header, shape, name and weight of a model folder and its tokenizer, or the settings of an adapter
    /// folder.
    ///
    /// @param name the name to import it under; empty takes the folder's
    /// @throws GantryException when the folder holds neither, or something in it is damaged or unknown
    public Found inspect(Path path, String name, Weights weights) throws IOException {
        Path folder = path.toRealPath();
        String chosen = name.isBlank() ? folder.getFileName().toString() : name;
        if (chosen.equals(STARTER)) {
            throw GantryException.usage(
                    "NAME-TAKEN",
                    "cannot import under the name " + chosen,
                    "the model that comes with Gantry has it",
                    "choose another with --name");
        }
        if (Files.isRegularFile(folder.resolve(AdapterConfigJson.FILE_NAME))
                && !Files.isRegularFile(folder.resolve("config.json"))) {
            return adapter(folder, chosen);
        }
        return model(folder, chosen, weights);
    }

    /// The model that comes with the program, where it was written out; the only one that may bear its name.
    public FoundModel starter(Path folder) throws IOException {
        return model(folder.toRealPath(), STARTER, Weights.TRUSTED);
    }

    private FoundAdapter adapter(Path folder, String name) throws IOException {
        var contents = AdapterConfigJson.read(folder);
        return new FoundAdapter(new AdapterEntry(
                name, folder, contents.baseModel(), contents.config().r(), Instant.now(clock)));
    }

    private FoundModel model(Path folder, String name, Weights weights) throws IOException {
        var model = ModelFolder.open(folder);
        var spec = model.spec();
        List<String> warnings = List.of();
        int vocabularySize = 0;
        String template = "none";
        if (model.tokenizer() != TokenizerKind.NONE) {
            try (var tokenizer = TokenizerLoader.load(folder, spec.vocabularySize())) {
                vocabularySize = tokenizer.vocabularySize();
                warnings = warnings(vocabularySize, spec.vocabularySize());
                template = ChatTemplates.forModel(folder, tokenizer.specialTokens())
                        .map(ChatTemplate::name)
                        .orElse("none");
            }
        }
        if (weights == Weights.READ) {
            try (var loaded = model.load()) {
                WeightScan.requireFinite(loaded, progress);
            }
        }
        var entry = new ModelEntry(
                name,
                folder,
                model.family().modelType(),
                model.parameterCount(),
                model.dtype().name().toLowerCase(Locale.ROOT),
                model.bytes(),
                Instant.now(clock));
        return new FoundModel(
                entry, spec.layers(), spec.hidden(), spec.maxPositions(), vocabularySize, template, warnings);
    }

    private static List<String> warnings(int tokens, int embeddings) {
        if (tokens > embeddings) {
            return List.of(
                    "The tokenizer has %,d added tokens that the model has no embedding for; texts with them are refused."
                            .formatted(tokens - embeddings));
        }
        if (tokens < USUAL_SHARE * embeddings) {
            return List.of("The tokenizer has %,d tokens, the model %,d: it may belong to another model."
                    .formatted(tokens, embeddings));
        }
        return List.of();
    }
}
