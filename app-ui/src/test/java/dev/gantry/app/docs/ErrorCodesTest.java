package dev.gantry.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the troubleshooting page against the codes in the sources: each is explained, and none that does not exist.
class ErrorCodesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern CODE = Pattern.compile("\"([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)\"");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([A-Z0-9-]+)` \\| (\\S[^|]*) \\| (\\S[^|]*) \\|$", Pattern.MULTILINE);
    /// Codes of one word, which cannot be told from other texts in the sources.
    private static final Set<String> ONE_WORD = Set.of("USAGE", "CANCELLED", "DEFECT");
    /// Texts that only look like codes.
    private static final Set<String> NAMES = Set.of("GPT-2", "SHA-1", "SHA-256");

    @Test
    void everyCode_isExplainedOnce() throws IOException {
        List<String> explained = ROW.matcher(Files.readString(ROOT.resolve("docs/guide/troubleshooting.md")))
                .results()
                .map(row -> row.group(1))
                .toList();
        assertThat(explained).doesNotHaveDuplicates();
        Set<String> expected = codes();
        expected.addAll(ONE_WORD);
        assertThat(new TreeSet<>(explained)).isEqualTo(expected);
    }

    private static Set<String> codes() throws IOException {
        Set<String> codes = new TreeSet<>();
        for (String module : List.of("engine", "offload", "model-zoo", "lora", "app-ui")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    Matcher found = CODE.matcher(Files.readString(file));
                    found.results().map(code -> code.group(1)).forEach(codes::add);
                }
            }
        }
        codes.removeAll(NAMES);
        return codes;
    }
}
