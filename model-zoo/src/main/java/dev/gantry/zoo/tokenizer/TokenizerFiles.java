package dev.gantry.zoo.tokenizer;

import dev.gantry.zoo.checkpoint.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The files in a model folder that say how it reads and writes text, and copies of them for exports.
public record TokenizerFiles(Path folder) {
    private static final String CHAT_TEMPLATE = "chat_template.jinja";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final long MAX_TEMPLATE_BYTES = 4L << 20;

    /// Everything that may belong to a tokenizer, besides its configuration and template.
    private static final List<String> COPIED = List.of(
            TokenizerLoader.TOKENIZER_JSON,
            BytePairFiles.VOCAB_JSON,
            BytePairFiles.MERGES_TXT,
            SentencePieceFile.TOKENIZER_MODEL,
            "special_tokens_map.json",
            "added_tokens.json");

    /// The Jinja source of the folder's chat template, or null when it has none: `chat_template.jinja` first, then
    /// `tokenizer_config.json`, where several may be listed and the one named `default` is meant.
    public @Nullable String chatTemplate() throws IOException {
        Path file = folder.resolve(CHAT_TEMPLATE);
        if (Files.isRegularFile(file)) {
            BoundedJson.requireSize(file, MAX_TEMPLATE_BYTES);
            try {
                return Files.readString(file);
            } catch (CharacterCodingException e) {
                throw new TokenizerException(file + " is not UTF-8 text", e);
            }
        }
        JsonNode template =
                BoundedJson.objectOrEmpty(folder.resolve(TOKENIZER_CONFIG)).path("chat_template");
        if (template.isString()) {
            return template.asString();
        }
        for (JsonNode named : template) {
            boolean only = template.size() == 1;
            JsonNode source = named.path("template");
            if (source.isString() && (only || named.path("name").asString("").equals("default"))) {
                return source.asString();
            }
        }
        return null;
    }

    /// Copies the tokenizer into `target` and writes `chatTemplate` in both places that readers look at:
    /// `chat_template.jinja` for newer ones and `tokenizer_config.json` for older ones.
    ///
    /// @param chatTemplate Jinja source, or null to write none
    public void copyTo(Path target, @Nullable String chatTemplate) throws IOException {
        Files.createDirectories(target);
        for (String name : COPIED) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                write(target.resolve(name), Files.readAllBytes(file));
            }
        }
        ObjectNode config = BoundedJson.objectOrEmpty(folder.resolve(TOKENIZER_CONFIG));
        config.remove("chat_template");
        if (chatTemplate != null) {
            config.put("chat_template", chatTemplate);
            write(target.resolve(CHAT_TEMPLATE), chatTemplate.getBytes(StandardCharsets.UTF_8));
        }
        write(target.resolve(TOKENIZER_CONFIG), json(config));
    }

    private static void write(Path file, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        DurableFile.write(file, channel -> {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }

    private static byte[] json(ObjectNode config) throws IOException {
        try {
            return BoundedJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(config);
        } catch (JacksonException e) {
            throw new IOException("cannot write " + TOKENIZER_CONFIG, e);
        }
    }
}
