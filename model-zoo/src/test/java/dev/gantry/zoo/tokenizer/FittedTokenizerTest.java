package dev.gantry.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class FittedTokenizerTest {
    @TempDir
    private Path folder;

    /// The own tokenizer with one more added token.
    private int withPadding() throws IOException {
        ObjectNode root = (ObjectNode) JsonMapper.shared()
                .readTree(Own.folder("byte-level").resolve("tokenizer.json").toFile());
        int next;
        try (Tokenizer own = Own.open("byte-level")) {
            next = own.vocabularySize();
        }
        ((ArrayNode) root.path("added_tokens")).add(AddedTokens.node(next, "<pad>", AddedTokens.Kind.SPECIAL));
        Files.writeString(folder.resolve("tokenizer.json"), root.toString());
        return next;
    }

    @Test
    void aTokenizerOfAnotherModel_isRefused_withBothSizes() throws IOException {
        int tokens = withPadding();
        assertThatThrownBy(() -> TokenizerLoader.load(folder, 100))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("100 only");
        try (Tokenizer tokenizer = TokenizerLoader.load(folder, tokens + 64)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(tokens + 1);
            assertThat(tokenizer.encode("<pad>").ids()).containsExactly(tokens);
        }
    }

    @Test
    void addedTokensBeyondTheEmbedding_areRefused_onlyWhereATextHoldsThem() throws IOException {
        int rows = withPadding();
        try (Tokenizer fitted = TokenizerLoader.load(folder, rows);
                Tokenizer plain = TokenizerLoader.load(folder)) {
            assertThat(fitted.vocabularySize()).isEqualTo(rows + 1);
            assertThat(fitted.encode("hello").ids())
                    .isEqualTo(plain.encode("hello").ids());
            assertThat(fitted.decode(plain.encode("hello").ids())).isEqualTo("hello");
            assertThatThrownBy(() -> fitted.encode("hello <pad>"))
                    .isInstanceOf(GantryException.class)
                    .hasMessageContaining("\"<pad>\"")
                    .hasMessageContaining(Integer.toString(rows));
        }
    }

    @Test
    void anEndTokenBeyondTheEmbedding_isRefused() throws IOException {
        int rows = withPadding();
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"<pad>\"}");
        assertThatThrownBy(() -> TokenizerLoader.load(folder, rows))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("ends texts");
    }
}
