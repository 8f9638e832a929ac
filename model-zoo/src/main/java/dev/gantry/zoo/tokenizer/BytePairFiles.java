package dev.gantry.zoo.tokenizer;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Writes the older pair of files, vocab.json and merges.txt, as the tokenizer.json they stand for.
record BytePairFiles(FolderConfig config, Path vocab, Path merges) {
    static final String VOCAB_JSON = "vocab.json";
    static final String MERGES_TXT = "merges.txt";
    private static final long MAX_FILE_BYTES = 64L << 20;

    static BytePairFiles in(FolderConfig config) {
        return new BytePairFiles(
                config, config.folder().resolve(VOCAB_JSON), config.folder().resolve(MERGES_TXT));
    }

    boolean exist() {
        return Files.isRegularFile(vocab) && Files.isRegularFile(merges);
    }

    byte[] toTokenizerJson() throws IOException {
        BoundedJson.requireSize(vocab, MAX_FILE_BYTES);
        BoundedJson.requireSize(merges, MAX_FILE_BYTES);
        ByteArrayOutputStream json = new ByteArrayOutputStream(1 << 20);
        PreTokenizer family = PreTokenizer.of(config);
        try (JsonGenerator generator = BoundedJson.MAPPER.createGenerator(json)) {
            generator.writeStartObject();
            generator.writeName("added_tokens");
            generator.writeStartArray();
            config.addedTokens().values().forEach(token -> BoundedJson.MAPPER.writeTree(generator, token));
            generator.writeEndArray();
            if (family.composes()) {
                generator.writeName("normalizer");
                generator.writeStartObject();
                generator.writeStringProperty("type", "NFC");
                generator.writeEndObject();
            }
            generator.writeName("pre_tokenizer");
            BoundedJson.MAPPER.writeTree(generator, family.preTokenizer(config));
            generator.writeName("decoder");
            generator.writeStartObject();
            generator.writeStringProperty("type", "ByteLevel");
            generator.writeEndObject();
            writeModel(generator);
            generator.writeEndObject();
        }
        return json.toByteArray();
    }

    private void writeModel(JsonGenerator generator) throws IOException {
        generator.writeName("model");
        generator.writeStartObject();
        generator.writeStringProperty("type", "BPE");
        generator.writeName("vocab");
        try (JsonParser parser = BoundedJson.parser(vocab)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new TokenizerException(vocab + " does not hold a JSON object of token ids");
            }
            generator.copyCurrentStructure(parser);
        } catch (JacksonException e) {
            throw BoundedJson.malformed(vocab, e);
        }
        generator.writeName("merges");
        generator.writeStartArray();
        try (BufferedReader lines = Files.newBufferedReader(merges)) {
            int number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                writeMerge(line, number++, generator);
            }
        } catch (CharacterCodingException e) {
            throw new TokenizerException(merges + " is not UTF-8 text", e);
        }
        generator.writeEndArray();
        generator.writeEndObject();
    }

    private void writeMerge(String line, int number, JsonGenerator generator) throws TokenizerException {
        if (line.isEmpty() || line.startsWith("#version")) {
            return;
        }
        int blank = line.indexOf(' ');
        if (blank <= 0 || blank == line.length() - 1 || line.indexOf(' ', blank + 1) >= 0) {
            throw new TokenizerException(
                    "%s line %d is not two tokens with a blank between them".formatted(merges, number));
        }
        generator.writeStartArray();
        generator.writeString(line.substring(0, blank));
        generator.writeString(line.substring(blank + 1));
        generator.writeEndArray();
    }
}
