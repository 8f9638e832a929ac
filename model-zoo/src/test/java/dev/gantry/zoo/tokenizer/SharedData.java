package dev.gantry.zoo.tokenizer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// Third-party tokenizers beside the project; tests over them are extra and skip when they are not there.
final class SharedData {
    private SharedData() {}

    static Path tokenizer(String name) {
        return data("tokenizers/" + name);
    }

    static Path data(String name) {
        Path path = Path.of(System.getProperty("gantry.shared", "../shared"), "data")
                .resolve(name);
        assumeTrue(Files.exists(path), () -> "skipped: no shared data at " + path);
        return path;
    }
}
