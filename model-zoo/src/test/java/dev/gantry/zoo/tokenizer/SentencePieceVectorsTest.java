package dev.gantry.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.sentencepiece.SpTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// LLaMA vocabularies in both forms, against the ids of sentencepiece and others.
class SentencePieceVectorsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "tokenizer.model"})
    void llama2_givesTheReferenceIds_fromEitherForm(String file) throws IOException {
        copy(SharedData.tokenizer("llama2").resolve(file));
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            Vectors.ggml("llama-spm").check(tokenizer);
            Vectors.ggml("llama-spm").checkRoundTrip(tokenizer);
            Vectors.transformersJs("llama.json", "Xenova/llama-tokenizer").check(tokenizer);
            assertThat(tokenizer.vocabularySize()).isEqualTo(32000);
            SpecialTokens special = tokenizer.specialTokens();
            assertThat(special.bos()).isEqualTo(new SpecialTokens.Special("<s>", 1));
            assertThat(special.eos()).isEqualTo(new SpecialTokens.Special("</s>", 2));
            assertThat(special.addBos()).isTrue();
        }
    }

    @Test
    void llama2_bothFormsAgree_onALongText() throws IOException {
        Path text = SharedData.tokenizer("sentencepiece_test").resolve("botchan.txt");
        String part = Files.readString(text).substring(0, 60_000);
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.copy(SharedData.tokenizer("llama2").resolve("tokenizer.model"), other.resolve("tokenizer.model"));
        copy(SharedData.tokenizer("llama2").resolve("tokenizer.json"));
        try (Tokenizer json = TokenizerLoader.load(folder);
                Tokenizer model = TokenizerLoader.load(other)) {
            assertThat(model.encode(part).ids()).isEqualTo(json.encode(part).ids());
            assertThat(model.decode(model.encode(part).ids())).isEqualTo(part);
        }
    }

    @Test
    void openLlama_squeezesBlanks() throws IOException {
        copy(SharedData.tokenizer("open_llama").resolve("tokenizer.model"));
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            Vectors.sentencepiece(SharedData.tokenizer("open_llama").resolve("vectors_sentencepiece.json"))
                    .checkIds(tokenizer);
            assertThat(tokenizer.encode("a   b").ids())
                    .isEqualTo(tokenizer.encode("a b").ids());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.json", "tokenizer.model"})
    void stories_giveSentencepiecesIds_fromEitherForm(String file) throws IOException {
        Path model = SharedData.data("stories260K-hf");
        copy(model.resolve(file));
        copy(model.resolve("tokenizer_config.json"));
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            Vectors.sentencepiece(model.resolve("vectors_sentencepiece.json")).check(tokenizer);
            assertThat(tokenizer.vocabularySize()).isEqualTo(512);
            assertThat(tokenizer.specialTokens().addBos()).isTrue();
        }
    }

    @Test
    void mistral_readsAndWritesWhatItIsGiven() throws IOException {
        copy(SharedData.tokenizer("mistral-v0.1").resolve("tokenizer.json"));
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            assertThat(tokenizer.encode("How are you doing?").ids()).containsExactly(1602, 460, 368, 2548, 28804);
            Vectors.ggml("llama-spm").checkRoundTrip(tokenizer);
        }
    }

    @Test
    void unigram_isReadAsUnigram() throws IOException {
        Files.copy(
                SharedData.tokenizer("sentencepiece_test").resolve("test_model.model"),
                folder.resolve("tokenizer.model"));
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            String text = "I saw a girl with a telescope.";
            Encoding encoding = tokenizer.encode(text);
            StringBuilder pieces = new StringBuilder();
            for (int i = 0; i < encoding.length(); i++) {
                pieces.append(text, encoding.starts()[i], encoding.ends()[i]).append('|');
            }
            // the pieces that sentencepiece's own documentation shows for this model
            assertThat(pieces).hasToString("I| saw| a| girl| with| a| |te|le|s|c|o|pe|.|");
            assertThat(tokenizer.decode(encoding.ids())).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"llama2/tokenizer.model", "open_llama/tokenizer.model", "sentencepiece_test/test_model.model"})
    void everyModel_agreesWithTheSentencepieceLibrary_onABookAndOnNoise(String model) throws IOException {
        Path file = SharedData.tokenizer(model);
        Files.copy(file, folder.resolve("tokenizer.model"));
        List<String> texts = new ArrayList<>();
        for (String line : Files.readAllLines(SharedData.tokenizer("sentencepiece_test/botchan.txt"))) {
            if (texts.size() < 600) {
                texts.add(line);
            }
        }
        long seed = System.nanoTime();
        if (!model.startsWith(
                "sentencepiece_test")) { // in a unigram model, equal scores are a tie that rounding decides
            texts.addAll(noise(new Random(seed)));
        }
        try (Tokenizer tokenizer = TokenizerLoader.load(folder);
                SpTokenizer oracle = new SpTokenizer(file)) {
            for (String text : texts) {
                assertThat(tokenizer.encode(text).ids())
                        .as("<%s> of %s, seed %d", text, model, seed)
                        .isEqualTo(oracle.getProcessor().encode(text));
            }
        }
    }

    private static List<String> noise(Random random) {
        String[] parts = {
            "a", "aa", "aaa", " ", "  ", "the ", "ing", "1", "22", "\n", "\t", "é", "ß", "你好", "😀", "ﬁ", "½", ".",
            "...", "'s", "Zürich", "\u3000", "=="
        };
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(30); n >= 0; n--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            texts.add(text.toString());
        }
        return texts;
    }

    private void copy(Path file) throws IOException {
        Files.copy(file, folder.resolve(file.getFileName().toString()));
    }
}
