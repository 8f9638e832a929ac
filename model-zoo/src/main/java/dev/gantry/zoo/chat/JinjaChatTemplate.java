package dev.gantry.zoo.chat;

import dev.gantry.zoo.chat.jinja.JinjaTemplate;
import dev.gantry.zoo.tokenizer.SpecialTokens;
import dev.gantry.zoo.tokenizer.SpecialTokens.Special;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A chat template in Jinja, as every model on the hubs has it.
final class JinjaChatTemplate implements ChatTemplate {
    private final String name;
    private final String source;
    private final Conversations conversations;
    private final List<String> stopStrings;

    JinjaChatTemplate(String name, String source, List<String> stopStrings, SpecialTokens tokens, Clock clock) {
        this.name = name;
        this.source = source;
        this.stopStrings = List.copyOf(stopStrings);
        conversations = new Conversations(JinjaTemplate.parse(source), tokens, clock);
    }

    /// A template whose stop strings are read off what it writes behind an answer.
    JinjaChatTemplate(String name, String source, SpecialTokens tokens, Clock clock) {
        this.name = name;
        this.source = source;
        conversations = new Conversations(JinjaTemplate.parse(source), tokens, clock);
        String marker = new AssistantSpans(conversations).endOfTurn().strip();
        stopStrings = marker.isEmpty() || marker.equals(text(tokens.eos())) ? List.of() : List.of(marker);
    }

    private static @Nullable String text(@Nullable Special token) {
        return token == null ? null : token.text();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public RenderedChat render(List<ChatMessage> messages, Ending ending) {
        var rendering = conversations.render(messages, ending);
        return new RenderedChat(rendering.text(), new AssistantSpans(conversations).of(messages, ending, rendering));
    }

    @Override
    public List<String> stopStrings() {
        return stopStrings;
    }
}
