package dev.gantry.zoo.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads JSON of unknown origin in bounded memory: depth, lengths and the number of values all have a limit.
final class BoundedJson {
    /// Nested deeper than any real tokenizer file, and well below what a recursive reader can take.
    private static final int MAX_DEPTH = 64;

    /// The longest real strings are the normalization tables of sentencepiece, about 320,000 characters.
    private static final int MAX_STRING_CHARS = 8 << 20;

    private static final int MAX_TREE_VALUES = 2_000_000;
    private static final long MAX_SMALL_FILE_BYTES = 32L << 20;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING_CHARS)
                    .maxNameLength(1 << 16)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static final JsonMapper MAPPER = JsonMapper.builder(FACTORY)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS) // values are read out of the midst of a file
            .build();

    private BoundedJson() {}

    /// The object in `file`, or an empty one when there is no such file.
    static ObjectNode objectOrEmpty(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return MAPPER.createObjectNode();
        }
        requireSize(file, MAX_SMALL_FILE_BYTES);
        try (JsonParser parser = parser(file)) {
            parser.nextToken();
            if (new Budget().read(parser) instanceof ObjectNode object && parser.nextToken() == null) {
                return object;
            }
        } catch (JacksonException e) {
            throw malformed(file, e);
        }
        throw new TokenizerException(file + " does not hold one JSON object");
    }

    static JsonParser parser(Path file) throws IOException {
        return MAPPER.createParser(Files.newInputStream(file));
    }

    static void requireSize(Path file, long maxBytes) throws IOException {
        long bytes = Files.size(file);
        if (bytes > maxBytes) {
            throw new TokenizerException(
                    "%s has %,d bytes, more than the %,d such a file may have: it is not a tokenizer file"
                            .formatted(file, bytes, maxBytes));
        }
    }

    static TokenizerException malformed(Path file, JacksonException e) {
        var at = e.getLocation();
        String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return new TokenizerException(file + " cannot be read as JSON" + where + ": " + e.getOriginalMessage(), e);
    }

    /// The value the parser stands on, as a tree.
    static JsonNode tree(JsonParser parser) {
        return new Budget().read(parser);
    }

    private static final class Budget {
        private int valuesLeft = MAX_TREE_VALUES;

        JsonNode read(JsonParser parser) {
            if (--valuesLeft < 0) {
                throw new tools.jackson.core.exc.StreamConstraintsException("more than " + MAX_TREE_VALUES + " values");
            }
            JsonToken token = parser.currentToken();
            if (token == JsonToken.START_OBJECT) {
                ObjectNode object = MAPPER.createObjectNode();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.set(name, read(parser));
                }
                return object;
            }
            if (token == JsonToken.START_ARRAY) {
                ArrayNode array = MAPPER.createArrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(read(parser));
                }
                return array;
            }
            return MAPPER.readTree(parser);
        }
    }
}
