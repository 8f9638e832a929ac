package dev.gantry.zoo.export;

import dev.gantry.zoo.checkpoint.DurableFile;
import dev.gantry.zoo.checkpoint.JsonFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The small files that make weights a model: tokenizer, generation settings, licence.
final class Companions {
    private static final Pattern NAMES = Pattern.compile("tokenizer\\.json|tokenizer\\.model|tokenizer_config\\.json"
            + "|special_tokens_map\\.json|added_tokens\\.json|vocab\\.json|merges\\.txt|generation_config\\.json"
            + "|chat_template\\.(jinja|json)|LICENSE.*|LICENCE.*|COPYING.*|NOTICE.*|USE_POLICY.*");

    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

    private Companions() {}

    static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> NAMES.matcher(f.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    static void copy(Path from, Path to) throws IOException {
        for (Path file : in(from)) {
            DurableFile.write(to.resolve(file.getFileName()), out -> {
                try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
                    for (long at = 0; at < in.size(); ) {
                        at += in.transferTo(at, in.size() - at, out);
                    }
                }
            });
        }
    }

    /// Puts a template where both older and newer programs look for it.
    static void writeTemplate(@Nullable String template, Path folder) throws IOException {
        if (template == null) {
            return;
        }
        Path config = folder.resolve(TOKENIZER_CONFIG);
        ObjectNode root = Files.exists(config)
                ? JsonFile.object(config)
                : JsonMapper.shared().createObjectNode();
        root.put("chat_template", template);
        writeJson(config, root);
        writeText(folder.resolve("chat_template.jinja"), template);
        Files.deleteIfExists(folder.resolve("chat_template.json"));
    }

    static void writeJson(Path file, ObjectNode root) throws IOException {
        writeText(
                file,
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root) + System.lineSeparator());
    }

    static void writeText(Path file, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        DurableFile.write(file, channel -> {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }
}
