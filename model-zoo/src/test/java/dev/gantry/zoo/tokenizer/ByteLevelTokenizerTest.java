package dev.gantry.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.zoo.tokenizer.SpecialTokens.Special;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The tokenizer.json path, over a small byte-level tokenizer whose file asks for truncation, padding and specials.
class ByteLevelTokenizerTest {
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() throws IOException {
        tokenizer = Own.open("byte-level");
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void encode_neitherCutsNorPadsNorAddsTokens_whenTheFileAsksForAllThree() {
        Encoding encoding = tokenizer.encode("hello world".repeat(500));
        assertThat(encoding.length()).isEqualTo(1000);
        assertThat(encoding.ids()[0]).isNotZero();
    }

    @Test
    void encode_givesUtf16Offsets_whenCharactersNeedTwoUnits() {
        String text = "hello 😀 world 你!";
        Encoding encoding = tokenizer.encode(text);
        for (int i = 0; i < encoding.length(); i++) {
            String piece = tokenizer.decode(encoding.ids()[i]);
            if (!piece.contains("\uFFFD")) {
                assertThat(text.substring(encoding.starts()[i], encoding.ends()[i]))
                        .isEqualTo(piece);
            }
        }
        int emoji = text.indexOf("😀");
        assertThat(encoding.starts()).contains(emoji);
        assertThat(encoding.ends()).contains(emoji + 2);
        assertThat(encoding.ends()[encoding.length() - 1]).isEqualTo(text.length());
    }

    @Test
    void encode_keepsTheBlankInTheOffsets_whenAWordBeginsWithOne() {
        Encoding encoding = tokenizer.encode("hello world");
        assertThat(encoding.starts()).containsExactly(0, 5);
        assertThat(encoding.ends()).containsExactly(5, 11);
    }

    @Test
    void encode_findsAddedTokens_whenTheyStandInTheText() {
        Encoding encoding = tokenizer.encode("hello<|turn|>hello<|end|>");
        assertThat(encoding.ids()).hasSize(4);
        assertThat(encoding.ids()[1]).isEqualTo(tokenizer.vocabularySize() - 1);
        assertThat(encoding.ids()[3]).isZero();
        assertThat(tokenizer.decode(encoding.ids())).isEqualTo("hello<|turn|>hello<|end|>");
    }

    @Test
    void encode_keepsEverythingElse_whenHalfASurrogatePairIsInTheText() {
        String text = "hello \uD83D world 😀";
        Encoding encoding = tokenizer.encode(text);
        assertThat(tokenizer.decode(encoding.ids())).isEqualTo("hello \uFFFD world 😀");
        assertThat(encoding.ends()[encoding.length() - 1]).isEqualTo(text.length());
    }

    @Test
    void encode_isEmpty_whenTextIs() {
        assertThat(tokenizer.encode("").length()).isZero();
        assertThat(tokenizer.decode()).isEmpty();
    }

    @Test
    void streaming_neverShowsHalfACharacter_whenOneIsSpreadOverTokens() {
        StreamingDecoder decoder = tokenizer.streamingDecoder();
        StringBuilder shown = new StringBuilder();
        for (int id : tokenizer.encode("a😀b你\0c").ids()) {
            String piece = decoder.next(id);
            assertThat(piece).doesNotContain("\uFFFD");
            shown.append(piece);
        }
        assertThat(shown.append(decoder.finish())).hasToString("a😀b你\0c");
    }

    @Test
    void streaming_marksWhatNeverBecameACharacter_whenTheTextEndsInside() {
        int[] ids = tokenizer.encode("a😀").ids();
        StreamingDecoder decoder = tokenizer.streamingDecoder();
        assertThat(decoder.next(ids[0])).isEqualTo("a");
        assertThat(decoder.next(ids[1])).isEmpty();
        assertThat(decoder.finish()).isEqualTo("\uFFFD");
        assertThat(decoder.finish()).isEmpty();
    }

    @Test
    void streaming_equalsDecode_whenIdsAreRandom() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int[] ids = random.ints(random.nextInt(40), -2, tokenizer.vocabularySize() + 3)
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

    @Test
    void specialTokens_comeFromTheFiles_whenTheyNameThem() {
        Special end = new Special("<|end|>", 0);
        assertThat(tokenizer.specialTokens()).isEqualTo(new SpecialTokens(end, end, null, null, true));
        assertThat(tokenizer.vocabularySize()).isEqualTo(271);
    }
}
