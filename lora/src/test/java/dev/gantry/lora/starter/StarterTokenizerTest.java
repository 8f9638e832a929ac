package dev.gantry.lora.starter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The tokenizer and configuration that are committed with the starter model.
class StarterTokenizerTest {

    private final StarterRecipe recipe = StarterRecipe.bundled();

    @TempDir
    private Path folder;

    @BeforeEach
    void copyBundledFiles() throws IOException {
        for (String name :
                List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "config.json")) {
            try (InputStream in = StarterTokenizerTest.class.getResourceAsStream("/dev/gantry/zoo/starter/" + name)) {
                Files.copy(Objects.requireNonNull(in, name), folder.resolve(name));
            }
        }
    }

    @Test
    void bundledTokenizer_readsTheCorpusInFewTokensAndBack() throws IOException {
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            StarterCorpus corpus = new StarterCorpus();
            long characters = 0;
            long tokens = 0;
            for (long number = 0; number < 500; number++) {
                String text = corpus.document(recipe.seed(), number);
                int[] ids = tokenizer.encode(text).ids();
                assertThat(tokenizer.decode(ids)).isEqualTo(text);
                characters += text.length();
                tokens += ids.length;
            }
            assertThat((double) characters / tokens).isGreaterThan(4.0);
        }
    }

    @Test
    void bundledTokenizer_agreesWithRecipeAndConfig() throws IOException {
        JsonNode config =
                new JsonMapper().readTree(folder.resolve("config.json").toFile());
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(recipe.vocabularySize());
            assertThat(config.path("vocab_size").asInt()).isEqualTo(recipe.vocabularySize());
            assertThat(config.path("max_position_embeddings").asInt()).isEqualTo(recipe.maximumPositions());
            assertThat(Objects.requireNonNull(tokenizer.specialTokens().eos()).id())
                    .isEqualTo(config.path("eos_token_id").asInt());
            assertThat(Objects.requireNonNull(tokenizer.specialTokens().pad()).text())
                    .isEqualTo(StarterTokenizer.SEPARATOR);
        }
    }

    @Test
    void bundledTokenizer_losesNothingOfForeignText() throws IOException {
        String text = "Größe 2026: привет, 你好, 🏗️ \t\r\n  naïve\u0000end";
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            assertThat(tokenizer.decode(tokenizer.encode(text).ids())).isEqualTo(text);
        }
    }
}
