package dev.gantry.app.ui.models;

import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.ChatTemplates;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.model.TokenizerKind;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Path;

/// What a model is made of, read from its folder without its weights.
///
/// @param tokens of its tokenizer, 0 when it has none
/// @param template the name of its chat template; empty when it has none
record ModelDetails(ModelFolder folder, int tokens, String template) {
    static ModelDetails read(Path path) throws IOException {
        ModelFolder folder = ModelFolder.open(path);
        if (folder.tokenizer() == TokenizerKind.NONE) {
            return new ModelDetails(folder, 0, "");
        }
        try (var tokenizer = TokenizerLoader.load(path, folder.spec().vocabularySize())) {
            String template = ChatTemplates.forModel(path, tokenizer.specialTokens())
                    .map(ChatTemplate::name)
                    .orElse("");
            return new ModelDetails(folder, tokenizer.vocabularySize(), template);
        }
    }
}
