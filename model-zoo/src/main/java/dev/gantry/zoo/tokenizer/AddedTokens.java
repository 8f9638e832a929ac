package dev.gantry.zoo.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The tokens that are found in a text before anything else happens to it.
final class AddedTokens {
    /// Whether a token has a meaning beyond its text.
    enum Kind {
        SPECIAL,
        PLAIN
    }

    private final String file;
    private final Set<String> alsoSpecial;
    private final List<ObjectNode> declared = new ArrayList<>();

    AddedTokens(String file, Set<String> alsoSpecial) {
        this.file = file;
        this.alsoSpecial = alsoSpecial;
    }

    /// Takes the `added_tokens` of a tokenizer.json.
    void declare(JsonNode tokens) throws TokenizerException {
        if (tokens.isNull()) {
            return;
        }
        for (JsonNode token : tokens) {
            if (!(token instanceof ObjectNode object)
                    || !object.path("id").isIntegralNumber()
                    || !object.path("content").isString()
                    || object.path("content").asString().isEmpty()) {
                throw new TokenizerException(file + " has an added token without text and id");
            }
            declared.add(object);
        }
    }

    /// Adds them to the vocabulary and writes them for the native library.
    void finish(Vocabulary vocabulary, JsonGenerator generator) throws TokenizerException {
        nameTheRest(vocabulary);
        declared.sort(Comparator.comparingLong(token -> token.path("id").asLong()));
        vocabulary.endBase();
        int modelTokens = vocabulary.tokenCount();
        long following = modelTokens;
        ArrayNode all = BoundedJson.MAPPER.createArrayNode();
        for (ObjectNode token : declared) {
            String text = token.path("content").asString();
            long id = token.path("id").asLong();
            // the native library numbers tokens that its model lacks by itself, one after the other
            if (vocabulary.id(text) == null && id != following++) {
                throw new TokenizerException(
                        "%s gives the added token \"%s\" the id %d where %d is next; ids of added tokens may not leave gaps"
                                .formatted(file, text, id, following - 1));
            }
            vocabulary.add(text, id);
            if (token.path("special").asBoolean(false)) {
                vocabulary.markSpecial((int) id);
            }
            all.add(token);
        }
        generator.writeName("added_tokens");
        BoundedJson.MAPPER.writeTree(generator, all);
    }

    private void nameTheRest(Vocabulary vocabulary) {
        Set<String> known = new HashSet<>();
        for (ObjectNode token : declared) {
            String text = token.path("content").asString();
            known.add(text);
            if (alsoSpecial.contains(text)) {
                token.put("special", true);
            }
        }
        for (String text : new TreeSet<>(alsoSpecial)) {
            Integer id = vocabulary.id(text);
            if (id != null && known.add(text)) {
                declared.add(node(id, text, Kind.SPECIAL));
            }
        }
    }

    /// One entry of `added_tokens` in a tokenizer.json.
    static ObjectNode node(int id, String text, Kind kind) {
        return BoundedJson.MAPPER
                .createObjectNode()
                .put("id", id)
                .put("content", text)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", kind == Kind.SPECIAL);
    }
}
