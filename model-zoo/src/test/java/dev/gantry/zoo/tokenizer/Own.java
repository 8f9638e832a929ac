package dev.gantry.zoo.tokenizer;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/// Tokenizers made for these tests.
final class Own {
    private Own() {}

    static Path folder(String name) {
        try {
            return Path.of(Objects.requireNonNull(Own.class.getResource("/tokenizer/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Tokenizer open(String name) throws IOException {
        return TokenizerLoader.load(folder(name));
    }
}
