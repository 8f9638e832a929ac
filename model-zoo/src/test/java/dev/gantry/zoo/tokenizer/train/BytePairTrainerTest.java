package dev.gantry.zoo.tokenizer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import dev.gantry.zoo.tokenizer.train.BytePairVocabulary.Merge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BytePairTrainerTest {

    private static final List<String> SPECIALS = List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");
    private static final String TEXT =
            "<|im_start|>user\nthe cat sat on the mat, and the hat is on the cat.<|im_end|>\n"
                    + "the other cat is not there 12 12<|endoftext|>";

    @TempDir
    private Path folder;

    @Test
    void train_mergesTheMostFrequentPairFirst() {
        WordCounts counts = new WordCounts(List.of());
        counts.add("ab ab ab abc");
        BytePairVocabulary vocabulary = new BytePairTrainer(List.of(), 258, 1).train(counts);
        assertThat(vocabulary.merges()).containsExactly(new Merge("a", "b"), new Merge("Ġ", "ab"));
    }

    @Test
    void train_breaksTiesBySmallerIds() {
        WordCounts counts = new WordCounts(List.of());
        counts.add("zy");
        counts.add("cd");
        BytePairVocabulary vocabulary = new BytePairTrainer(List.of(), 258, 1).train(counts);
        assertThat(vocabulary.merges()).containsExactly(new Merge("c", "d"), new Merge("z", "y"));
    }

    @Test
    void train_stops_whenNoPairIsFrequentEnough() {
        WordCounts counts = new WordCounts(List.of());
        counts.add("ab ab cd");
        assertThat(new BytePairTrainer(List.of(), 400, 2).train(counts).size()).isEqualTo(257);
    }

    @Test
    void train_countsOverlappingPairsAsTheyMerge() {
        WordCounts counts = new WordCounts(List.of());
        counts.add("aaaa");
        BytePairVocabulary vocabulary = new BytePairTrainer(List.of(), 300, 1).train(counts);
        assertThat(vocabulary.merges()).containsExactly(new Merge("a", "a"), new Merge("aa", "aa"));
    }

    @Test
    void trainer_refusesAVocabularyWithoutRoomForAllBytes() {
        assertThatThrownBy(() -> new BytePairTrainer(SPECIALS, 258, 1)).hasMessageContaining("no room");
    }

    @Test
    void files_roundTripAnyText_whenLoadedByTheNativeLibrary() throws IOException {
        try (Tokenizer tokenizer = trained(folder)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(280);
            long seed = 20261121L;
            Random random = new Random(seed);
            for (int i = 0; i < 200; i++) {
                String text = anyText(random);
                int[] ids = tokenizer.encode(text).ids();
                assertThat(tokenizer.decode(ids))
                        .as("seed " + seed + ", case " + i)
                        .isEqualTo(text);
            }
        }
    }

    @Test
    void files_readSpecialTokensAsOneId_andDigitsSingly() throws IOException {
        try (Tokenizer tokenizer = trained(folder)) {
            assertThat(tokenizer.encode("<|im_start|><|im_end|><|endoftext|>").ids())
                    .containsExactly(1, 2, 0);
            assertThat(tokenizer.encode("1212").length()).isEqualTo(4);
            assertThat(tokenizer.encode("the the").length()).isEqualTo(2);
            assertThat(tokenizer.specialTokens().addBos()).isFalse();
        }
    }

    @Test
    void files_areTheSameBytes_whenTrainedTwice() throws IOException {
        trained(folder.resolve("a")).close();
        trained(folder.resolve("b")).close();
        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")) {
            assertThat(folder.resolve("a").resolve(name))
                    .hasSameBinaryContentAs(folder.resolve("b").resolve(name));
        }
        try (var left = Files.list(folder.resolve("a"))) {
            assertThat(left).hasSize(3);
        }
    }

    private static Tokenizer trained(Path target) throws IOException {
        WordCounts counts = new WordCounts(SPECIALS);
        counts.add(TEXT);
        BytePairVocabulary vocabulary = new BytePairTrainer(SPECIALS, 280, 1).train(counts);
        new TrainedTokenizer(vocabulary, "<|endoftext|>", "<|im_end|>", "{{ messages }}", 512).writeTo(target);
        return TokenizerLoader.load(target);
    }

    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(40);
        for (int i = 0; i < length; i++) {
            int limit = random.nextBoolean() ? 0x80 : 0x11_0000;
            int codePoint = random.nextInt(limit);
            boolean surrogate = codePoint >= 0xD800 && codePoint <= 0xDFFF;
            text.appendCodePoint(surrogate ? ' ' : codePoint);
        }
        return text.toString();
    }
}
