package dev.gantry.lora.chat;

import dev.gantry.zoo.tokenizer.SpecialTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The tokens that end a model's answer.
final class EndTokens {
    private EndTokens() {}

    /// The tokenizer's end token, and those that `generation_config.json` or `config.json` name.
    static Set<Integer> of(Path modelFolder, SpecialTokens tokens) {
        Set<Integer> ids = new LinkedHashSet<>();
        SpecialTokens.Special eos = tokens.eos();
        if (eos != null) {
            ids.add(eos.id());
        }
        for (String file : new String[] {"generation_config.json", "config.json"}) {
            JsonNode named = read(modelFolder.resolve(file)).path("eos_token_id");
            if (named.isInt()) {
                ids.add(named.asInt());
            }
            for (JsonNode one : named) {
                if (one.isInt()) {
                    ids.add(one.asInt());
                }
            }
        }
        return ids;
    }

    private static JsonNode read(Path file) {
        if (!Files.isRegularFile(file)) {
            return JsonMapper.shared().createObjectNode();
        }
        try {
            return JsonMapper.shared().readTree(file.toFile());
        } catch (JacksonException e) {
            // a broken generation_config.json only loses these extra end tokens; config.json was checked at import
            return JsonMapper.shared().createObjectNode();
        }
    }
}
