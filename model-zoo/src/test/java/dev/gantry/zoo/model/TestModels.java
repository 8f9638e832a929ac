package dev.gantry.zoo.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Models for tests: tiny ones of this project, and those beside it where there are any.
public final class TestModels {
    private TestModels() {}

    /// A tiny model among the test resources.
    public static Path own(String name) {
        try {
            return Path.of(Objects.requireNonNull(TestModels.class.getResource("/models/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A writable copy of a tiny model.
    public static Path copy(String name, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(own(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return folder;
    }

    /// Every folder with a config.json beside the project; skips the test when there is none.
    public static List<Path> shared() throws IOException {
        Path shared = Path.of(System.getProperty("gantry.shared", "../shared"));
        assumeTrue(Files.isDirectory(shared.resolve("fixtures")), () -> "skipped: no shared fixtures at " + shared);
        try (Stream<Path> fixtures = Files.walk(shared.resolve("fixtures"), 4);
                Stream<Path> data = Files.walk(shared.resolve("data"), 2)) {
            return Stream.concat(fixtures, data)
                    .filter(f -> f.endsWith("config.json"))
                    .map(Path::getParent)
                    .sorted()
                    .toList();
        }
    }
}
