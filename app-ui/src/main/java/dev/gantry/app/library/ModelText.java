package dev.gantry.app.library;

import dev.gantry.lora.data.tokens.CacheKey;
import dev.gantry.lora.data.tokens.TargetModel;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.ChatTemplates;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerFiles;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The text side of a model folder: its tokenizer and its chat template, without its weights.
public final class ModelText implements AutoCloseable {
    /// What a model without a template of its own is trained with.
    private static final String FALLBACK_TEMPLATE = "chatml";

    private final ModelFolder folder;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;

    private ModelText(ModelFolder folder, Tokenizer tokenizer, ChatTemplate template) {
        this.folder = folder;
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /// Opens tokenizer and template of a checked model folder.
    ///
    /// @param templateName a named template in place of the model's own; empty for the model's, else ChatML
    public static ModelText open(Path path, String templateName) throws IOException {
        var folder = ModelFolder.open(path);
        var tokenizer = TokenizerLoader.load(path, folder.spec().vocabularySize());
        try {
            return new ModelText(folder, tokenizer, template(path, tokenizer, templateName));
        } catch (IOException | RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static ChatTemplate template(Path path, Tokenizer tokenizer, String name) throws IOException {
        var tokens = tokenizer.specialTokens();
        if (!name.isEmpty()) {
            return ChatTemplates.named(name, tokens);
        }
        Optional<ChatTemplate> own = ChatTemplates.forModel(path, tokens);
        return own.isPresent() ? own.get() : ChatTemplates.named(FALLBACK_TEMPLATE, tokens);
    }

    public ModelFolder folder() {
        return folder;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    public ChatTemplate template() {
        return template;
    }

    /// What data preparation has to know of the model.
    public TargetModel target() throws IOException {
        var files = new TokenizerFiles(folder.path()).encoding();
        return new TargetModel(
                tokenizer, CacheKey.ofFiles(files), template, folder.spec().maxPositions());
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
