package dev.gantry.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Keeps the pages under docs/ true where a machine can tell.
class DocumentationTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

    @Test
    void dependencies_namesEveryJarOnTheClassPath_withItsVersion() throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve("docs/dependencies.md"));

        for (Path jar : jars()) {
            // .../artifact/version/artifact-version.jar
            String version = jar.getName(jar.getNameCount() - 2).toString();
            String artifact = jar.getName(jar.getNameCount() - 3).toString();
            assertThat(lines)
                    .as("a line for %s %s", artifact, version)
                    .anyMatch(line -> line.startsWith("| `" + artifact + "`") && line.contains("| " + version + " |"));
        }
    }

    private static List<Path> jars() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(jar ->
                        jar.toString().contains("repository") && jar.toString().endsWith(".jar"))
                .filter(jar -> !jar.toString().contains("surefire"))
                .toList();
    }

    @Test
    void linksBetweenPages_leadSomewhere() throws IOException {
        for (Path page : pages()) {
            Matcher links = LINK.matcher(Files.readString(page));
            while (links.find()) {
                assertThat(page.resolveSibling(links.group(1)))
                        .as("a link in %s", page)
                        .exists();
            }
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(docs, Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CHANGELOG.md")))
                    .filter(page -> page.toString().endsWith(".md"))
                    .toList();
        }
    }
}
