package dev.gantry.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Replacement tables: real ones are sound, damaged ones are found out before native code walks through them.
class CharsMapTest {
    /// One block of the trie, in which only the letter `a` leads anywhere: to the text at `target`.
    private static byte[] map(int target, String texts) {
        int[] units = new int[256];
        int leaf = 7;
        units[0] = 0; // the root's children are at its own index, 0
        units['a'] = 'a' | 1 << 8 | ('a' ^ leaf) << 10; // offset leads to the leaf
        units[leaf] = target | 1 << 31;
        byte[] utf8 = texts.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(4 + 4 * units.length + utf8.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(4 * units.length);
        bytes.asIntBuffer().put(units);
        return bytes.position(4 + 4 * units.length).put(utf8).array();
    }

    @Test
    void isSound_holds_forASmallTable() {
        assertThat(CharsMap.isSound(map(0, "b\0"))).isTrue();
        assertThat(CharsMap.isSound(map(2, "b\0é\0"))).isTrue();
    }

    @Test
    void isSound_fails_whenATextIsOutsideOrCutInsideOfACharacter() {
        assertThat(CharsMap.isSound(map(9, "b\0"))).isFalse();
        assertThat(CharsMap.isSound(map(3, "b\0é\0"))).isFalse();
    }

    @Test
    void isSound_fails_whenTheTrieLeadsOutside() {
        byte[] map = map(0, "b\0");
        ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN).putInt(4 + 4 * 'a', 'a' | 1 << 8 | 5000 << 10);
        assertThat(CharsMap.isSound(map)).isFalse();
        ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN).putInt(4, -1);
        assertThat(CharsMap.isSound(map)).isFalse();
    }

    @Test
    void isSound_fails_whenTheSizesDisagree() {
        assertThat(CharsMap.isSound(new byte[0])).isFalse();
        assertThat(CharsMap.isSound(new byte[] {0, 0, 0, 0})).isFalse();
        assertThat(CharsMap.isSound(new byte[] {-1, -1, -1, -1, 0})).isFalse();
    }

    @Test
    void isSound_survivesAnyBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] map = new byte[4 + 4 * 1024 + 16];
            random.nextBytes(map);
            ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 4 * 1024);
            CharsMap.isSound(map);
        }
        assertThat(seed).isNotZero();
    }

    @Test
    void isSound_holds_forSentencepiecesOwnTable() throws IOException {
        byte[] file = Files.readAllBytes(SharedData.tokenizer("sentencepiece_test/test_model.model"));
        SentencePieceModel model = SentencePieceModel.parse(ByteBuffer.wrap(file), "test_model.model");
        assertThat(model.normalizer().charsMap()).hasSizeGreaterThan(1000);
        assertThat(CharsMap.isSound(model.normalizer().charsMap())).isTrue();
    }
}
