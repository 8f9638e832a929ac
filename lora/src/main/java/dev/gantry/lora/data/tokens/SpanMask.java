package dev.gantry.lora.data.tokens;

import dev.gantry.zoo.chat.RenderedChat;
import dev.gantry.zoo.tokenizer.Encoding;
import java.util.BitSet;
import java.util.List;

/// Finds the tokens that carry at least one character of the given spans.
final class SpanMask {
    private SpanMask() {}

    /// @param spans ordered and disjoint
    static BitSet of(Encoding encoding, List<RenderedChat.Span> spans) {
        BitSet trained = new BitSet(encoding.length());
        int current = 0;
        for (int token = 0; token < encoding.length(); token++) {
            int start = encoding.starts()[token];
            int end = encoding.ends()[token];
            while (current < spans.size() && spans.get(current).end() <= start) {
                current++;
            }
            // a token across the border is predicted while answering, so it belongs to the answer
            if (current < spans.size() && spans.get(current).start() < end) {
                trained.set(token);
            }
        }
        return trained;
    }
}
