package dev.gantry.zoo.tokenizer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// What a tokenizer.json says, and a checked copy of it for the native library.
///
/// The copy has no truncation, no padding and no post-processor, which would cut texts, pad them or trim offsets.
///
/// @param vocabulary every token, added ones included
/// @param decoding how ids become text
/// @param postProcessor the file's own post-processor: it tells whether texts begin with `bos`
/// @param nativeJson the checked copy
@SuppressWarnings("ArrayRecordComponent") // handed over once, compared by nobody
record TokenizerJson(Vocabulary vocabulary, DecodingRules decoding, JsonNode postProcessor, byte[] nativeJson) {
    /// Three times the largest in use.
    private static final long MAX_FILE_BYTES = 128L << 20;

    /// The native library keeps scored tokens in a tree and takes it apart recursively, level by level.
    private static final int MAX_SCORED_CHARS = 512;

    private static final Set<String> MODELS = Set.of("BPE", "Unigram", "WordLevel");

    /// Reads `file`; the texts in `alsoSpecial` become special tokens where the vocabulary has them.
    static TokenizerJson read(Path file, Set<String> alsoSpecial) throws IOException {
        BoundedJson.requireSize(file, MAX_FILE_BYTES);
        try (JsonParser parser = BoundedJson.parser(file)) {
            return new Reader(parser, file.toString(), alsoSpecial).read();
        } catch (JacksonException e) {
            throw BoundedJson.malformed(file, e);
        }
    }

    /// Reads a tokenizer.json that was made from other files; `source` names those in messages.
    static TokenizerJson read(byte[] json, Path source, Set<String> alsoSpecial) throws IOException {
        try (JsonParser parser = BoundedJson.MAPPER.createParser(json)) {
            return new Reader(parser, source.toString(), alsoSpecial).read();
        } catch (JacksonException e) {
            throw BoundedJson.malformed(source, e);
        }
    }

    /// One pass over the file: small parts become trees, the vocabulary streams through.
    private static final class Reader {
        private final JsonParser parser;
        private final String file;
        private final AddedTokens addedTokens;
        private final Vocabulary vocabulary;
        private final ByteArrayOutputStream copy = new ByteArrayOutputStream(1 << 20);
        private @Nullable String unknownToken;
        private JsonNode decoder = MissingNode.getInstance();
        private JsonNode postProcessor = MissingNode.getInstance();

        Reader(JsonParser parser, String file, Set<String> alsoSpecial) {
            this.parser = parser;
            this.file = file;
            vocabulary = new Vocabulary(file);
            addedTokens = new AddedTokens(file, alsoSpecial);
        }

        TokenizerJson read() throws IOException {
            require(parser.nextToken() == JsonToken.START_OBJECT, "does not hold a JSON object");
            try (JsonGenerator generator = BoundedJson.MAPPER.createGenerator(copy)) {
                generator.writeStartObject();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    part(parser.currentName(), generator);
                }
                require(parser.nextToken() == null, "goes on after its end");
                require(vocabulary.tokenCount() > 0, "has no model with a vocabulary");
                require(
                        unknownToken == null || vocabulary.id(unknownToken) != null,
                        "has no token \"" + unknownToken + "\", which it names for what is unknown");
                addedTokens.finish(vocabulary, generator);
                generator.writeEndObject();
            }
            DecodingRules decoding = DecodingRules.parse(decoder, file);
            return new TokenizerJson(vocabulary, decoding, postProcessor, copy.toByteArray());
        }

        private void part(String name, JsonGenerator generator) throws TokenizerException {
            parser.nextToken();
            switch (name) {
                case "model" -> model(generator);
                case "added_tokens" -> addedTokens.declare(BoundedJson.tree(parser));
                case "decoder" -> decoder = BoundedJson.tree(parser);
                case "post_processor" -> postProcessor = BoundedJson.tree(parser);
                case "normalizer" -> {
                    JsonNode normalizer = BoundedJson.tree(parser);
                    new NativeGuard(file).checkNormalizer(normalizer);
                    write(name, normalizer, generator);
                }
                case "pre_tokenizer" -> {
                    JsonNode preTokenizer = BoundedJson.tree(parser);
                    new NativeGuard(file).checkPreTokenizer(preTokenizer);
                    write(name, preTokenizer, generator);
                }
                default -> parser.skipChildren();
            }
        }

        private static void write(String name, JsonNode tree, JsonGenerator generator) {
            generator.writeName(name);
            BoundedJson.MAPPER.writeTree(generator, tree);
        }

        private void model(JsonGenerator generator) throws TokenizerException {
            require(parser.currentToken() == JsonToken.START_OBJECT, "has a \"model\" that is no object");
            generator.writeName("model");
            generator.writeStartObject();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                modelPart(name, generator);
            }
            generator.writeEndObject();
        }

        private void modelPart(String name, JsonGenerator generator) throws TokenizerException {
            switch (name) {
                case "vocab" -> {
                    generator.writeName(name);
                    if (parser.currentToken() == JsonToken.START_OBJECT) {
                        idsByText(generator);
                    } else {
                        require(
                                parser.currentToken() == JsonToken.START_ARRAY,
                                "has a vocabulary that is neither object nor array");
                        scoredList(generator);
                    }
                }
                case "type" -> {
                    String type = parser.getValueAsString("");
                    require(MODELS.contains(type), "has a model of the kind \"" + type + "\", not one of " + MODELS);
                    generator.writeStringProperty(name, type);
                }
                case "unk_token" -> {
                    unknownToken = parser.getValueAsString();
                    write(name, BoundedJson.tree(parser), generator);
                }
                case "continuing_subword_prefix" -> {
                    // the native library cuts into characters when it takes this off
                    require(
                            parser.getValueAsString("").isEmpty(),
                            "marks the inner parts of words, which is not supported");
                    parser.skipChildren();
                }
                case "merges", "unk_id", "fuse_unk", "byte_fallback", "ignore_merges", "end_of_word_suffix" -> {
                    generator.writeName(name);
                    generator.copyCurrentStructure(parser);
                }
                // dropout among them: it would make each encoding of a text another
                default -> parser.skipChildren();
            }
        }

        private void idsByText(JsonGenerator generator) throws TokenizerException {
            generator.writeStartObject();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String text = parser.currentName();
                require(parser.nextToken() == JsonToken.VALUE_NUMBER_INT, "has a token whose id is not a whole number");
                long id = parser.getLongValue();
                vocabulary.add(text, id);
                generator.writeNumberProperty(text, id);
            }
            generator.writeEndObject();
        }

        private void scoredList(JsonGenerator generator) throws TokenizerException {
            generator.writeStartArray();
            for (int id = 0; parser.nextToken() != JsonToken.END_ARRAY; id++) {
                require(parser.currentToken() == JsonToken.START_ARRAY, "has a scored token that is no pair");
                require(parser.nextToken() == JsonToken.VALUE_STRING, "has a scored token without text");
                String text = parser.getString();
                require(
                        !text.isEmpty() && text.length() <= MAX_SCORED_CHARS,
                        "has a scored token that is empty or too long");
                require(parser.nextToken().isNumeric(), "has a token without a score");
                double score = parser.getDoubleValue();
                require(Double.isFinite(score), "has a token with an endless score");
                require(parser.nextToken() == JsonToken.END_ARRAY, "has a scored token that is no pair");
                require(vocabulary.id(text) == null, "lists a token twice");
                vocabulary.add(text, id);
                generator.writeStartArray();
                generator.writeString(text);
                generator.writeNumber(score);
                generator.writeEndArray();
            }
            generator.writeEndArray();
        }

        private void require(boolean holds, String fault) throws TokenizerException {
            if (!holds) {
                throw new TokenizerException(file + " " + fault);
            }
        }
    }
}
