package dev.gantry.zoo.tokenizer;

import dev.gantry.zoo.checkpoint.DurableFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The files in a model folder that say how it reads and writes text, and copies of them for exports.
public record TokenizerFiles(Path folder) {
    private static final String CHAT_TEMPLATE = "chat_template.jinja";
    private static final String OLD_CHAT_TEMPLATE = "chat_template.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final long MAX_TEMPLATE_BYTES = 4L << 20;

    /// Everything that decides which tokens a text becomes.
    private static final List<String> ENCODING = List.of(
            TokenizerLoader.TOKENIZER_JSON,
            TOKENIZER_CONFIG,
            "special_tokens_map.json",
            "added_tokens.json",
            BytePairFiles.VOCAB_JSON,
            BytePairFiles.MERGES_TXT,
            SentencePieceFile.TOKENIZER_MODEL);

    /// Where the files that decide which tokens a text becomes would lie; not all of them are there.
    public List<Path> encoding() {
        return ENCODING.stream().map(folder::resolve).toList();
    }

    /// Those files that are there: the tokenizer and the chat template.
    public List<Path> present() {
        return Stream.concat(ENCODING.stream(), Stream.of(CHAT_TEMPLATE, OLD_CHAT_TEMPLATE))
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .toList();
    }

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

    /// Copies tokenizer and chat template into `target`.
    ///
    /// @param chatTemplate Jinja source to write in place of the folder's own, or null to keep that
    public void copyTo(Path target, @Nullable String chatTemplate) throws IOException {
        Files.createDirectories(target);
        for (Path file : present()) {
            DurableFile.copy(file, target.resolve(file.getFileName()));
        }
        if (chatTemplate != null) {
            new TokenizerFiles(target).writeTemplate(chatTemplate);
        }
    }

    /// Writes a chat template where readers look: `chat_template.jinja` for newer ones, `tokenizer_config.json` for
    /// older ones.
    public void writeTemplate(String chatTemplate) throws IOException {
        ObjectNode config = BoundedJson.objectOrEmpty(folder.resolve(TOKENIZER_CONFIG));
        config.put("chat_template", chatTemplate);
        DurableFile.write(folder.resolve(TOKENIZER_CONFIG), json(config));
        DurableFile.write(folder.resolve(CHAT_TEMPLATE), chatTemplate);
        Files.deleteIfExists(folder.resolve(OLD_CHAT_TEMPLATE));
    }

    private static byte[] json(ObjectNode config) throws IOException {
        try {
            return BoundedJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(config);
        } catch (JacksonException e) {
            throw new IOException("cannot write " + TOKENIZER_CONFIG, e);
        }
    }
}
