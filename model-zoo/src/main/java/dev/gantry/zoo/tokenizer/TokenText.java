package dev.gantry.zoo.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// How a token of the vocabulary turns into bytes of text: the `decoder` of a tokenizer.json.
sealed interface TokenText {

    /// Bytes of `token`; `first` when no token came before it. They may be a part of a character only.
    byte[] bytes(String token, boolean first);

    /// GPT-2's byte alphabet; a token that uses other characters is written as it is.
    record ByteLevel() implements TokenText {
        @Override
        public byte[] bytes(String token, boolean first) {
            byte[] bytes = new byte[token.length()];
            for (int i = 0; i < bytes.length; i++) {
                int value = ByteLevelAlphabet.byteOf(token.charAt(i));
                if (value < 0) {
                    return token.getBytes(StandardCharsets.UTF_8);
                }
                bytes[i] = (byte) value;
            }
            return bytes;
        }
    }

    /// Sentencepiece pieces: replacements in each token, then `<0xE4>` tokens as bytes.
    record Pieces(List<Replacement> replacements, ByteTokens byteTokens) implements TokenText {
        @Override
        public byte[] bytes(String token, boolean first) {
            if (byteTokens == ByteTokens.AS_BYTES && isByteToken(token)) {
                return new byte[] {(byte) Integer.parseInt(token, 3, 5, 16)};
            }
            String text = token;
            for (Replacement replacement : replacements) {
                text = text.replace(replacement.from(), first ? replacement.toWhenFirst() : replacement.to());
            }
            return text.getBytes(StandardCharsets.UTF_8);
        }

        private static boolean isByteToken(String token) {
            return token.length() == 6
                    && token.startsWith("<0x")
                    && token.endsWith(">")
                    && Character.digit(token.charAt(3), 16) >= 0
                    && Character.digit(token.charAt(4), 16) >= 0;
        }
    }

    /// Whole words, joined by blanks: what a tokenizer without a decoder means.
    record Words() implements TokenText {
        @Override
        public byte[] bytes(String token, boolean first) {
            return (first ? token : " " + token).getBytes(StandardCharsets.UTF_8);
        }
    }

    /// One text put in place of another; the first token of a text may differ (sentencepiece's dummy prefix).
    record Replacement(String from, String to, String toWhenFirst) {}

    /// Whether tokens such as `<0xE4>` are one byte or plain text.
    enum ByteTokens {
        AS_BYTES,
        AS_TEXT
    }
}
