package dev.gantry.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Copies of a tokenizer for an export.
class TokenizerFilesTest {
    @TempDir
    private Path folder;

    @Test
    void copyTo_writesTheTemplateInBothPlaces_andKeepsTheRest() throws IOException {
        Path target = folder.resolve("export");
        new TokenizerFiles(Own.folder("byte-level")).copyTo(target, "{{ 'é' }}\n");
        assertThat(Files.readString(target.resolve("chat_template.jinja"))).isEqualTo("{{ 'é' }}\n");
        var config = BoundedJson.objectOrEmpty(target.resolve("tokenizer_config.json"));
        assertThat(config.path("chat_template").asString()).isEqualTo("{{ 'é' }}\n");
        assertThat(config.path("bos_token").asString()).isEqualTo("<|end|>");
        assertThat(new TokenizerFiles(target).chatTemplate()).isEqualTo("{{ 'é' }}\n");
        try (Tokenizer copy = TokenizerLoader.load(target);
                Tokenizer original = Own.open("byte-level")) {
            assertThat(copy.encode("hello world").ids())
                    .isEqualTo(original.encode("hello world").ids());
            assertThat(copy.specialTokens()).isEqualTo(original.specialTokens());
        }
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("tokenizer.json", "tokenizer_config.json", "chat_template.jinja");
        }
    }

    @Test
    void copyTo_writesNoTemplate_whenThereIsNone() throws IOException {
        new TokenizerFiles(Own.folder("byte-level")).copyTo(folder, null);
        assertThat(folder.resolve("chat_template.jinja")).doesNotExist();
        assertThat(new TokenizerFiles(folder).chatTemplate()).isNull();
    }

    @Test
    void copyTo_keepsTheOwnTemplate_whenNoOtherIsGiven() throws IOException {
        Path own = folder.resolve("own");
        new TokenizerFiles(Own.folder("byte-level")).copyTo(own, "{{ 1 }}");
        Path copy = folder.resolve("copy");
        new TokenizerFiles(own).copyTo(copy, null);
        assertThat(new TokenizerFiles(copy).chatTemplate()).isEqualTo("{{ 1 }}");
        assertThat(copy.resolve("tokenizer_config.json")).hasSameBinaryContentAs(own.resolve("tokenizer_config.json"));
    }
}
