package dev.gantry.zoo.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Joins the bytes of tokens and lets whole characters out, as soon as they are whole.
final class TextDecoder implements StreamingDecoder {
    private final Vocabulary vocabulary;
    private final DecodingRules rules;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    /// Bytes of a character that is not whole yet; always ready to be read.
    private ByteBuffer pending = ByteBuffer.allocate(0);

    private boolean first = true;
    private int cutsLeft;

    TextDecoder(Vocabulary vocabulary, DecodingRules rules) {
        this.vocabulary = vocabulary;
        this.rules = rules;
        cutsLeft = rules.leadingCutCount();
    }

    @Override
    public String next(int id) {
        @Nullable String token = vocabulary.text(id);
        if (token == null) {
            return ""; // models pad their vocabulary with ids that no token has
        }
        byte[] bytes = vocabulary.isSpecial(id)
                ? token.getBytes(StandardCharsets.UTF_8)
                : rules.tokenText().bytes(token, first);
        first = false;
        ByteBuffer input = ByteBuffer.allocate(pending.remaining() + bytes.length)
                .put(pending)
                .put(bytes)
                .flip();
        CharBuffer output = CharBuffer.allocate(input.remaining() + 1);
        utf8.decode(input, output, false);
        pending = input;
        return cut(output.flip().toString());
    }

    @Override
    public String finish() {
        CharBuffer output = CharBuffer.allocate(pending.remaining() + 1);
        utf8.decode(pending, output, true);
        utf8.flush(output);
        utf8.reset();
        return cut(output.flip().toString());
    }

    private String cut(String text) {
        int from = 0;
        while (from < text.length() && cutsLeft > 0) {
            if (text.charAt(from) == rules.leadingCut()) {
                from++;
                cutsLeft--;
            } else {
                cutsLeft = 0;
            }
        }
        return text.substring(from);
    }
}
