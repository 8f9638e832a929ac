package dev.gantry.lora.data.example;

import dev.gantry.zoo.chat.ChatMessage;
import java.util.List;
import java.util.stream.Collectors;

/// Examples in few characters, for comparing.
final class Brief {
    private Brief() {}

    static String of(Example example) {
        return switch (example) {
            case Example.Conversation conversation -> of(conversation.messages());
            case Example.PromptCompletion pair -> pair.prompt() + ">" + pair.completion();
            case Example.Document document -> document.text();
            case Example.PreferencePair pair ->
                of(pair.prompt()) + " + " + of(pair.chosen()) + " - " + of(pair.rejected());
        };
    }

    private static String of(List<ChatMessage> messages) {
        return messages.stream()
                .map(message -> message.role().name().charAt(0) + ":"
                        + message.content().replace("\n", "\\n"))
                .collect(Collectors.joining(" "));
    }
}
