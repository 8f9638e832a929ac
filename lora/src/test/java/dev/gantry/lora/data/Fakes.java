package dev.gantry.lora.data;

import dev.gantry.lora.data.tokens.TargetModel;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.ChatTemplateException;
import dev.gantry.zoo.chat.RenderedChat;
import dev.gantry.zoo.tokenizer.Encoding;
import dev.gantry.zoo.tokenizer.SpecialTokens;
import dev.gantry.zoo.tokenizer.StreamingDecoder;
import dev.gantry.zoo.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/// A tokenizer with one token a character and a template of brackets: `[q](a)`.
public final class Fakes {
    public static final int BOS = 1;
    public static final int EOS = 2;

    private Fakes() {}

    /// Whether texts are to begin with the beginning-of-sequence token.
    public enum Bos {
        NONE,
        ADDED
    }

    public static TargetModel target(int maxTokens) {
        return new TargetModel(tokenizer(Bos.NONE), "fake", new BracketTemplate("brackets"), maxTokens);
    }

    public static Tokenizer tokenizer(Bos bos) {
        return new CharacterTokenizer(bos);
    }

    /// Ids are UTF-16 units.
    private record CharacterTokenizer(Bos bos) implements Tokenizer {
        @Override
        public int vocabularySize() {
            return 1 << 16;
        }

        @Override
        public Encoding encode(String text) {
            int[] ids = text.chars().toArray();
            int[] starts = new int[ids.length];
            int[] ends = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                starts[i] = i;
                ends[i] = i + 1;
            }
            return new Encoding(ids, starts, ends);
        }

        @Override
        public String decode(int... ids) {
            StringBuilder text = new StringBuilder();
            for (int id : ids) {
                text.append((char) id);
            }
            return text.toString();
        }

        @Override
        public StreamingDecoder streamingDecoder() {
            return new StreamingDecoder() {
                @Override
                public String next(int id) {
                    return decode(id);
                }

                @Override
                public String finish() {
                    return "";
                }
            };
        }

        @Override
        public SpecialTokens specialTokens() {
            var first = new SpecialTokens.Special("\u0001", BOS);
            var last = new SpecialTokens.Special("\u0002", EOS);
            return new SpecialTokens(first, last, null, null, bos == Bos.ADDED);
        }

        @Override
        public void close() {}
    }

    /// Writes users as `[q]`, assistants as `(a)` (closing bracket learned), refuses tools.
    public record BracketTemplate(String source) implements ChatTemplate {
        @Override
        public String name() {
            return "brackets";
        }

        @Override
        public RenderedChat render(List<ChatMessage> messages, Ending ending) {
            StringBuilder text = new StringBuilder();
            List<RenderedChat.Span> spans = new ArrayList<>();
            for (ChatMessage message : messages) {
                if (message.role() == Role.TOOL) {
                    throw new ChatTemplateException("no tools here");
                }
                boolean assistant = message.role() == Role.ASSISTANT;
                text.append(assistant ? '(' : '[');
                int start = text.length();
                text.append(message.content()).append(assistant ? ')' : ']');
                if (assistant) {
                    spans.add(new RenderedChat.Span(start, text.length()));
                }
            }
            return new RenderedChat(text.toString(), spans);
        }

        @Override
        public List<String> stopStrings() {
            return List.of(")");
        }
    }

    /// A template that marks nothing as the assistant's.
    public static ChatTemplate maskingTemplate() {
        return new ChatTemplate() {
            @Override
            public String name() {
                return "blind";
            }

            @Override
            public String source() {
                return "blind";
            }

            @Override
            public RenderedChat render(List<ChatMessage> messages, Ending ending) {
                return new RenderedChat(messages.getLast().content(), List.of());
            }

            @Override
            public List<String> stopStrings() {
                return List.of();
            }
        };
    }
}
