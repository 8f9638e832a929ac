package dev.gantry.zoo.chat;

import dev.gantry.zoo.chat.ChatMessage.Role;
import dev.gantry.zoo.tokenizer.SpecialTokens;
import dev.gantry.zoo.tokenizer.SpecialTokens.Special;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Conversations and special tokens for these tests.
final class Chats {
    static final SpecialTokens TOKENS =
            new SpecialTokens(new Special("<s>", 1), new Special("</s>", 2), null, new Special("<unk>", 0), false);

    private Chats() {}

    /// `user`, `assistant`, `user`, ... with these contents.
    static List<ChatMessage> turns(String... contents) {
        List<ChatMessage> messages = new ArrayList<>();
        for (String content : contents) {
            messages.add(new ChatMessage(messages.size() % 2 == 0 ? Role.USER : Role.ASSISTANT, content));
        }
        return messages;
    }

    static List<ChatMessage> system(String system, List<ChatMessage> rest) {
        List<ChatMessage> messages = new ArrayList<>(List.of(new ChatMessage(Role.SYSTEM, system)));
        messages.addAll(rest);
        return messages;
    }

    /// The text of each assistant span.
    static List<String> spans(RenderedChat chat) {
        return chat.assistantSpans().stream()
                .map(span -> chat.text().substring(span.start(), span.end()))
                .toList();
    }

    static String template(String name) {
        try (InputStream in =
                Objects.requireNonNull(Chats.class.getResourceAsStream("/chat/templates/" + name + ".jinja"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
