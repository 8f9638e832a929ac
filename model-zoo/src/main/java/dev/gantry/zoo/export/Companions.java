package dev.gantry.zoo.export;

import dev.gantry.zoo.checkpoint.DurableFile;
import dev.gantry.zoo.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The small files that make weights a model: tokenizer, generation settings, licence.
final class Companions {
    private static final Pattern OTHERS =
            Pattern.compile("generation_config\\.json|LICENSE.*|LICENCE.*|COPYING.*|NOTICE.*|USE_POLICY.*");

    private Companions() {}

    static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Stream<Path> others = files.filter(Files::isRegularFile)
                    .filter(f -> OTHERS.matcher(f.getFileName().toString()).matches());
            return Stream.concat(new TokenizerFiles(folder).present().stream(), others)
                    .sorted()
                    .toList();
        }
    }

    static void copy(Path from, Path to) throws IOException {
        for (Path file : in(from)) {
            DurableFile.copy(file, to.resolve(file.getFileName()));
        }
    }

    static void writeJson(Path file, ObjectNode root) throws IOException {
        DurableFile.write(
                file,
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root) + System.lineSeparator());
    }
}
