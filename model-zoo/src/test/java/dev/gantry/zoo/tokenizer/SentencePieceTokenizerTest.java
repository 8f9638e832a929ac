package dev.gantry.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tokenizer.model path, over small models written here.
class SentencePieceTokenizerTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.write(folder.resolve("tokenizer.model"), SentencePieceModelBytes.smallBytePair());
    }

    @Test
    void encode_putsADummyPrefixAndFallsBackToBytes() throws IOException {
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            assertThat(tokens(tokenizer, "hello world")).isEqualTo("▁hello|▁world|");
            assertThat(tokens(tokenizer, "hello  é")).isEqualTo("▁hello|▁|▁|<0xC3>|<0xA9>|");
            assertThat(tokens(tokenizer, "")).isEmpty();
        }
    }

    @Test
    void encode_givesUtf16Offsets_whenBytesStandForCharacters() throws IOException {
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            Encoding encoding = tokenizer.encode("hello😀world");
            assertThat(encoding.starts()).containsExactly(0, 5, 5, 5, 5, 7);
            assertThat(encoding.ends()).containsExactly(5, 7, 7, 7, 7, 12);
        }
    }

    @Test
    void encode_findsControlAndUserDefinedPieces() throws IOException {
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            int[] ids = tokenizer.encode("<s>hello[X]</s>").ids();
            assertThat(ids).startsWith(1).endsWith(259, 2);
            assertThat(tokenizer.decode(ids)).isEqualTo("<s> hello[X]</s>");
        }
    }

    @Test
    void encode_putsThePrefixOnlyOnce_whenTheConfigurationIsNotLegacy() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"legacy\": false}");
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            assertThat(tokens(tokenizer, "hello<s>hello")).isEqualTo("▁hello|<s>|hello|");
        }
    }

    @Test
    void decode_takesTheDummyPrefixOff_atTheStartOnly() throws IOException {
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            assertThat(tokenizer.decode(tokenizer.encode("hello hello").ids())).isEqualTo("hello hello");
            assertThat(tokenizer.decode(tokenizer.encode("  hello").ids())).isEqualTo("  hello");
            StreamingDecoder decoder = tokenizer.streamingDecoder();
            int[] ids = tokenizer.encode("hello world").ids();
            assertThat(decoder.next(ids[0])).isEqualTo("hello");
            assertThat(decoder.next(ids[1])).isEqualTo(" world");
        }
    }

    @Test
    void streaming_equalsDecode_whenIdsAreRandom() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            for (int round = 0; round < 300; round++) {
                int[] ids = random.ints(random.nextInt(30), 0, tokenizer.vocabularySize())
                        .toArray();
                StreamingDecoder decoder = tokenizer.streamingDecoder();
                StringBuilder text = new StringBuilder();
                for (int id : ids) {
                    text.append(decoder.next(id));
                }
                text.append(decoder.finish());
                assertThat(text.toString()).as("seed %d", seed).isEqualTo(tokenizer.decode(ids));
            }
        }
    }

    @Test
    void specialTokens_areTheModelsOwn_whenNoConfigurationNamesAny() throws IOException {
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            SpecialTokens special = tokenizer.specialTokens();
            assertThat(special.bos()).isEqualTo(new SpecialTokens.Special("<s>", 1));
            assertThat(special.eos()).isEqualTo(new SpecialTokens.Special("</s>", 2));
            assertThat(special.unk()).isEqualTo(new SpecialTokens.Special("<unk>", 0));
            assertThat(special.pad()).isNull();
            assertThat(special.addBos()).isTrue();
        }
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"add_bos_token\": false}");
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            assertThat(tokenizer.specialTokens().addBos()).isFalse();
        }
    }

    @Test
    void load_addsTheTokensOfTheConfiguration() throws IOException {
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<pad>\": 278}");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"pad_token\": \"<pad>\"}");
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            assertThat(tokenizer.specialTokens().pad()).isEqualTo(new SpecialTokens.Special("<pad>", 278));
            assertThat(tokenizer.encode("<pad>").ids()).containsExactly(278);
            assertThat(tokenizer.vocabularySize()).isEqualTo(279);
        }
    }

    @Test
    void unigram_findsTheLikeliestPieces_andSqueezesBlanks() throws IOException {
        Files.write(folder.resolve("tokenizer.model"), SentencePieceModelBytes.smallUnigram());
        try (Tokenizer tokenizer = TokenizerLoader.load(folder)) {
            assertThat(tokens(tokenizer, "hello   world ")).isEqualTo("▁hello|▁world|");
            assertThat(tokens(tokenizer, "é")).isEqualTo("▁|<0xC3>|<0xA9>|");
        }
    }

    private static String tokens(Tokenizer tokenizer, String text) {
        StringBuilder tokens = new StringBuilder();
        for (int id : tokenizer.encode(text).ids()) {
            tokens.append(token(id)).append('|');
        }
        return tokens.toString();
    }

    private static String token(int id) {
        String[] rest = {
            "[X]", "he", "ll", "llo", "hello", "▁hello", "wo", "rl", "rld", "world", "▁world", "▁", "h", "e", "l", "o",
            "w", "r", "d"
        };
        String[] first = {"<unk>", "<s>", "</s>"};
        return id < 3 ? first[id] : id < 259 ? "<0x%02X>".formatted(id - 3) : rest[id - 259];
    }
}
