package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.starter.StarterModel;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Does what the user guide says, page by page: writes the files it shows, and runs every command in it.
///
/// A block with a name, such as `json train.json`, is a file; paths that begin with `./` lie in a folder of the test.
class GuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "guide");
    private static final List<String> PAGES = List.of(
            "models.md",
            "data.md",
            "training.md",
            "memory.md",
            "chat.md",
            "export.md",
            "serve.md",
            "troubleshooting.md");
    private static final Pattern BLOCK = Pattern.compile("```(\\w+)(?: (\\S+))?\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    @TempDir
    private Path folder;

    @Test
    void everyCommand_works() throws Exception {
        StarterModel.copyTo(Files.createDirectories(folder.resolve("my-model")));
        int commands = 0;
        for (String page : PAGES) {
            Matcher blocks = BLOCK.matcher(Files.readString(GUIDE.resolve(page)));
            while (blocks.find()) {
                if (blocks.group(2) != null) {
                    Files.writeString(folder.resolve(blocks.group(2)), blocks.group(3));
                } else if (blocks.group(1).equals("sh")) {
                    List<String> lines = blocks.group(3).lines().toList();
                    commands += lines.size();
                    run(page, lines);
                }
            }
            if (page.equals("serve.md")) {
                endServer();
            }
        }
        assertThat(commands).isEqualTo(19);
    }

    private GuideServer server = GuideServer.NONE;

    private void run(String page, List<String> lines) throws Exception {
        for (String line : lines) {
            List<String> words = words(line);
            if (words.getFirst().equals("curl")) {
                server.curl(folder, line);
            } else if (words.get(1).equals("serve")) {
                server = GuideServer.start(folder.resolve("home"), words.subList(1, words.size()));
            } else {
                StringWriter out = new StringWriter();
                StringWriter err = new StringWriter();
                String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
                int exitCode = TestCommands.run(folder.resolve("home"), "", out, err, arguments);
                assertThat(exitCode).as("%s: %s%n%s%s", page, line, out, err).isZero();
            }
        }
    }

    private void endServer() throws InterruptedException, IOException {
        server.end();
        server = GuideServer.NONE;
    }

    private List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            String plain = word.group(1) == null ? word.group(2) : word.group(1);
            words.add(
                    plain.startsWith("./") ? folder.resolve(plain.substring(2)).toString() : plain);
        }
        return words;
    }

    /// The order in which they are run is the order of the index, and nothing is left out.
    @Test
    void everyPage_isInTheIndex_andRun() throws IOException {
        Matcher links = Pattern.compile("^\\d\\. \\[[^]]+]\\(([^)]+)\\)", Pattern.MULTILINE)
                .matcher(Files.readString(GUIDE.resolve("README.md")));
        List<String> listed = links.results().map(link -> link.group(1)).toList();
        assertThat(listed).isEqualTo(PAGES);
        try (var files = Files.list(GUIDE)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())).filter(name -> name.endsWith(".md")))
                    .containsAll(PAGES)
                    .hasSize(PAGES.size() + 1);
        }
    }
}
