package dev.gantry.zoo.chat;

import dev.gantry.zoo.chat.ChatTemplate.Ending;
import dev.gantry.zoo.chat.RenderedChat.Span;
import dev.gantry.zoo.chat.jinja.Rendering;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds out which part of a rendered conversation the assistant wrote, end-of-turn marker included.
///
/// In order of trust: the template's own `{% generation %}` blocks; the difference between the text up to where the
/// answer begins and the text with the answer; the characters of the answer itself, followed through the rendering.
/// None of these looks for a marker's text, so that a message which contains one changes nothing.
record AssistantSpans(Conversations conversations) {

    /// The spans of `rendering`, which came from `messages` and `ending`.
    List<Span> of(List<ChatMessage> messages, Ending ending, Rendering rendering) {
        List<Span> spans = new ArrayList<>();
        if (conversations.template().marksGeneration()) {
            rendering.generated().forEach(part -> add(spans, new Span(part.start(), part.end())));
            return spans;
        }
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).role() != ChatMessage.Role.ASSISTANT) {
                continue;
            }
            Span span = byPrefix(messages, i, ending, rendering);
            add(spans, span == null ? byOwner(messages, i, rendering) : span);
        }
        return spans;
    }

    /// What a template writes behind an answer when another message follows; empty when it cannot be told.
    String endOfTurn() {
        var question = new ChatMessage(ChatMessage.Role.USER, "u");
        var answer = new ChatMessage(ChatMessage.Role.ASSISTANT, "a");
        List<ChatMessage> messages = List.of(question, answer, question);
        try {
            Rendering marked = conversations.render(messages, Ending.COMPLETE);
            Span content = content(marked, 1);
            Span span = byOwner(messages, 1, marked);
            return content == null || span == null ? "" : marked.text().substring(content.end(), span.end());
        } catch (ChatTemplateException _) {
            return ""; // a template may refuse any conversation, also this one
        }
    }

    private static void add(List<Span> spans, @Nullable Span span) {
        if (span == null) {
            return;
        }
        int start = spans.isEmpty()
                ? span.start()
                : Math.max(span.start(), spans.getLast().end());
        if (start < span.end()) {
            spans.add(new Span(start, span.end()));
        }
    }

    /// The answer is what its text adds to the text that asks for it, as far as both begin the whole text, and as
    /// far as no other message wrote a part of it.
    private @Nullable Span byPrefix(List<ChatMessage> messages, int index, Ending ending, Rendering whole) {
        boolean last = index == messages.size() - 1 && ending == Ending.COMPLETE;
        try {
            String asked = text(messages.subList(0, index), Ending.GENERATION_PROMPT);
            if (!whole.text().startsWith(asked)) {
                return null;
            }
            String answered = last ? whole.text() : text(messages.subList(0, index + 1), Ending.COMPLETE);
            boolean grows = whole.text().startsWith(answered) && answered.startsWith(asked);
            Span span = new Span(asked.length(), answered.length());
            return grows && isOnly(index, span, whole) ? span : null;
        } catch (ChatTemplateException _) {
            return null; // the template takes the whole conversation but not its beginning
        }
    }

    /// Whether `span` holds all of message `index` and nothing of any other.
    private static boolean isOnly(int index, Span span, Rendering whole) {
        for (Rendering.Part part : whole.owned()) {
            boolean inside = part.start() >= span.start() && part.end() <= span.end();
            boolean outside = part.end() <= span.start() || part.start() >= span.end();
            if (part.owner() == index + 1 ? !inside : !outside) {
                return false;
            }
        }
        return true;
    }

    private String text(List<ChatMessage> messages, Ending ending) {
        return conversations.render(messages, ending).text();
    }

    /// The answer's own characters, and behind them what the template also writes there when the answer is the last.
    private @Nullable Span byOwner(List<ChatMessage> messages, int index, Rendering marked) {
        Span content = content(marked, index);
        if (content == null) {
            return null;
        }
        String tail = "";
        try {
            Rendering answered = conversations.render(messages.subList(0, index + 1), Ending.COMPLETE);
            Span there = content(answered, index);
            tail = there == null ? "" : answered.text().substring(there.end());
        } catch (ChatTemplateException _) {
            tail = ""; // no marker is known then; the answer itself still is
        }
        int end = content.end();
        int matched = 0;
        while (matched < tail.length()
                && end < marked.text().length()
                && marked.text().charAt(end) == tail.charAt(matched)) {
            end++;
            matched++;
        }
        if (matched < tail.length()) { // what differs was written as one piece, none of which is the marker
            end = Math.max(content.end(), marked.pieceStart(end));
        }
        return new Span(content.start(), end);
    }

    private static @Nullable Span content(Rendering marked, int index) {
        int start = -1;
        int end = -1;
        for (Rendering.Part part : marked.owned()) {
            if (part.owner() == index + 1) {
                start = start < 0 ? part.start() : Math.min(start, part.start());
                end = Math.max(end, part.end());
            }
        }
        return start < 0 ? null : new Span(start, end);
    }
}
