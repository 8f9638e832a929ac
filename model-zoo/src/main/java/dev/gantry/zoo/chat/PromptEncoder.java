package dev.gantry.zoo.chat;

import dev.gantry.zoo.chat.RenderedChat.Span;
import dev.gantry.zoo.tokenizer.Encoding;
import dev.gantry.zoo.tokenizer.SpecialTokens.Special;
import dev.gantry.zoo.tokenizer.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns a rendered conversation into token ids and says which of them are the assistant's.
public record PromptEncoder(Tokenizer tokenizer) {

    /// Ids and, for each, whether the assistant wrote it.
    ///
    /// @param ids token ids, `bos` in front where the model expects it
    /// @param trained true for tokens that begin inside of an assistant span
    @SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
    public record EncodedChat(int[] ids, boolean[] trained) {
        public int length() {
            return ids.length;
        }

        /// Number of tokens that count in the loss.
        public int trainedTokens() {
            int count = 0;
            for (boolean token : trained) {
                count += token ? 1 : 0;
            }
            return count;
        }
    }

    /// Encodes `chat`. The model's `bos` is put in front unless the template wrote it already.
    public EncodedChat encode(RenderedChat chat) {
        Encoding encoding = tokenizer.encode(chat.text());
        Special bos = missingBos(chat.text());
        int shift = bos == null ? 0 : 1;
        int[] ids = new int[encoding.length() + shift];
        boolean[] trained = new boolean[ids.length];
        if (bos != null) {
            ids[0] = bos.id();
        }
        System.arraycopy(encoding.ids(), 0, ids, shift, encoding.length());
        mark(encoding, chat.assistantSpans(), trained, shift);
        return new EncodedChat(ids, trained);
    }

    /// Encodes plain text, all of which is trained but the `bos` in front.
    public EncodedChat encodeText(String text) {
        return encode(new RenderedChat(text, List.of(new Span(0, text.length()))));
    }

    /// The token to put in front of `text`, or null when the model wants none or the text has it already.
    private @Nullable Special missingBos(String text) {
        Special bos = tokenizer.specialTokens().bos();
        return bos != null && tokenizer.specialTokens().addBos() && !text.startsWith(bos.text()) ? bos : null;
    }

    private static void mark(Encoding encoding, List<Span> spans, boolean[] trained, int shift) {
        int next = 0;
        for (int i = 0; i < encoding.length() && next < spans.size(); i++) {
            int start = encoding.starts()[i];
            while (next < spans.size() && spans.get(next).end() <= start) {
                next++;
            }
            trained[i + shift] = next < spans.size() && spans.get(next).start() <= start;
        }
    }
}
