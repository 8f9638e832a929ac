package dev.gantry.zoo.tokenizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the small files beside a tokenizer say about it.
record FolderConfig(
        Path folder,
        ObjectNode tokenizer,
        ObjectNode specialTokensMap,
        ObjectNode model,
        ObjectNode generation,
        ObjectNode added) {

    static FolderConfig read(Path folder) throws IOException {
        return new FolderConfig(
                folder,
                BoundedJson.objectOrEmpty(folder.resolve("tokenizer_config.json")),
                BoundedJson.objectOrEmpty(folder.resolve("special_tokens_map.json")),
                BoundedJson.objectOrEmpty(folder.resolve("config.json")),
                BoundedJson.objectOrEmpty(folder.resolve("generation_config.json")),
                BoundedJson.objectOrEmpty(folder.resolve("added_tokens.json")));
    }

    String modelType() {
        return model.path("model_type").asString("");
    }

    /// `GPT2Tokenizer` for `GPT2Tokenizer` and `GPT2TokenizerFast` alike.
    String tokenizerClass() {
        String name = tokenizer.path("tokenizer_class").asString("");
        return name.endsWith("Fast") ? name.substring(0, name.length() - "Fast".length()) : name;
    }

    /// Text of `bos_token` and the like, or null.
    @Nullable
    String tokenText(String key) {
        String text = textOf(tokenizer.path(key));
        return text != null ? text : textOf(specialTokensMap.path(key));
    }

    /// Id of `bos_token_id` and the like, or -1. Where several are listed the first is meant.
    int tokenId(String key) {
        int id = idOf(model.path(key));
        return id >= 0 ? id : idOf(generation.path(key));
    }

    /// Every text that is declared special in one of the files.
    Set<String> specialTexts() {
        Set<String> texts = new LinkedHashSet<>();
        for (String key : new String[] {"bos_token", "eos_token", "unk_token", "pad_token"}) {
            String text = tokenText(key);
            if (text != null && !text.isEmpty()) {
                texts.add(text);
            }
        }
        for (JsonNode list : new JsonNode[] {
            tokenizer.path("additional_special_tokens"), specialTokensMap.path("additional_special_tokens")
        }) {
            for (JsonNode token : list) {
                String text = textOf(token);
                if (text != null && !text.isEmpty()) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    /// Added tokens of the folder's JSON files by id, as entries of a tokenizer.json.
    TreeMap<Integer, ObjectNode> addedTokens() {
        TreeMap<Integer, ObjectNode> byId = new TreeMap<>();
        Set<String> special = specialTexts();
        added.properties().forEach(entry -> {
            if (entry.getValue().isInt() && !entry.getKey().isEmpty()) {
                int id = entry.getValue().asInt();
                var kind = special.contains(entry.getKey()) ? AddedTokens.Kind.SPECIAL : AddedTokens.Kind.PLAIN;
                byId.put(id, AddedTokens.node(id, entry.getKey(), kind));
            }
        });
        tokenizer.path("added_tokens_decoder").properties().forEach(entry -> {
            int id = idOf(entry.getKey());
            String text = textOf(entry.getValue());
            if (id >= 0 && text != null && !text.isEmpty()) {
                ObjectNode node = AddedTokens.node(id, text, AddedTokens.Kind.PLAIN);
                for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized", "special"}) {
                    node.put(flag, entry.getValue().path(flag).asBoolean(false));
                }
                byId.put(id, node);
            }
        });
        return byId;
    }

    private static @Nullable String textOf(JsonNode node) {
        JsonNode text = node.isObject() ? node.path("content") : node;
        return text.isString() ? text.asString() : null;
    }

    private static int idOf(JsonNode node) {
        JsonNode id = node.isArray() ? node.path(0) : node;
        return id.isInt() ? id.asInt() : -1;
    }

    private static int idOf(String digits) {
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
    }
}
