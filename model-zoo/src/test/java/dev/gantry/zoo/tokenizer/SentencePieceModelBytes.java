package dev.gantry.zoo.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes small sentencepiece model files, so that the core is tested without anybody's.
final class SentencePieceModelBytes {
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int BYTE = 6;

    private final ByteArrayOutputStream model = new ByteArrayOutputStream();

    /// LLaMA's manner: byte fallback, dummy prefix, blanks kept; pieces for `hello world` and a user-defined `[X]`.
    static byte[] smallBytePair() {
        return common(2, 0).model.toByteArray();
    }

    /// The same pieces as a unigram model that squeezes blanks.
    static byte[] smallUnigram() {
        return common(1, 1).model.toByteArray();
    }

    private static SentencePieceModelBytes common(int algorithm, int removesExtraWhitespaces) {
        SentencePieceModelBytes bytes = new SentencePieceModelBytes();
        bytes.piece("<unk>", 0, UNKNOWN).piece("<s>", 0, CONTROL).piece("</s>", 0, CONTROL);
        for (int value = 0; value < 256; value++) {
            bytes.piece("<0x%02X>".formatted(value), 0, BYTE);
        }
        bytes.piece("[X]", 0, USER_DEFINED);
        String[] merged = {"he", "ll", "llo", "hello", "▁hello", "wo", "rl", "rld", "world", "▁world"};
        int rank = 0;
        for (String piece : merged) {
            bytes.piece(piece, -rank++, NORMAL);
        }
        for (char letter : "▁helowrd".toCharArray()) {
            bytes.piece(String.valueOf(letter), -rank++ - 20, NORMAL);
        }
        bytes.message(2, integer(3, algorithm));
        bytes.message(3, concat(concat(integer(3, 1), integer(4, removesExtraWhitespaces)), integer(5, 1)));
        return bytes;
    }

    private SentencePieceModelBytes piece(String text, float score, int type) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        byte[] real = ByteBuffer.allocate(5)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) (2 << 3 | 5))
                .putFloat(score)
                .array();
        byte[] name = concat(new byte[] {1 << 3 | 2, (byte) utf8.length}, utf8);
        return message(1, concat(concat(name, real), integer(3, type)));
    }

    private SentencePieceModelBytes message(int field, byte[] content) {
        model.write(field << 3 | 2);
        model.write(content.length);
        model.writeBytes(content);
        return this;
    }

    private static byte[] integer(int field, int value) {
        return new byte[] {(byte) (field << 3), (byte) value};
    }

    private static byte[] concat(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }
}
