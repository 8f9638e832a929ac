package dev.gantry.app.library;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.ModelEntry;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.ChatTemplates;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.model.TokenizerKind;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;

/// Looks at a folder the user pointed to and says what can be imported from it; copies nothing.
public final class Import {
    /// The name of the model that comes with the program.
    public static final String STARTER = "starter";

    private final Clock clock;

    public Import(Clock clock) {
        this.clock = clock;
    }

    /// What was found.
    public sealed interface Found {
        String name();
    }

    /// @param vocabularySize of the tokenizer, 0 when the folder has none
    /// @param chatTemplate the name of the template in the folder, or `none`
    public record FoundModel(
            ModelEntry entry, int layers, int hidden, int maxPositions, int vocabularySize, String chatTemplate)
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

    /// Checks every header, shape and name of a model folder, or the settings of an adapter folder.
    ///
    /// @param name the name to import it under; empty takes the folder's
    /// @throws GantryException when the folder holds neither, or something in it is damaged or unknown
    public Found inspect(Path path, String name) throws IOException {
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
        return model(folder, chosen);
    }

    /// The model that comes with the program, where it was written out; the only one that may bear its name.
    public FoundModel starter(Path folder) throws IOException {
        return model(folder.toRealPath(), STARTER);
    }

    private FoundAdapter adapter(Path folder, String name) throws IOException {
        var contents = AdapterConfigJson.read(folder);
        return new FoundAdapter(new AdapterEntry(
                name, folder, contents.baseModel(), contents.config().r(), Instant.now(clock)));
    }

    private FoundModel model(Path folder, String name) throws IOException {
        var model = ModelFolder.open(folder);
        int vocabularySize = 0;
        String template = "none";
        if (model.tokenizer() != TokenizerKind.NONE) {
            try (var tokenizer = TokenizerLoader.load(folder)) {
                vocabularySize = tokenizer.vocabularySize();
                template = ChatTemplates.forModel(folder, tokenizer.specialTokens())
                        .map(ChatTemplate::name)
                        .orElse("none");
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
        var spec = model.spec();
        return new FoundModel(entry, spec.layers(), spec.hidden(), spec.maxPositions(), vocabularySize, template);
    }
}
