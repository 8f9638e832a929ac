package dev.gantry.app.ui.data;

import dev.gantry.lora.data.example.Example;
import dev.gantry.zoo.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/// A piece of an example as a person reads it.
///
/// @param text at most {@value #MOST_CHARACTERS} characters of it
record Bubble(Speaker speaker, String text) {
    static final int MOST_CHARACTERS = 600;

    /// Who says it, or what it is.
    enum Speaker {
        SYSTEM,
        USER,
        ASSISTANT,
        TOOL,
        DOCUMENT,
        CHOSEN,
        REJECTED
    }

    Bubble {
        text = text.length() > MOST_CHARACTERS
                ? text.substring(
                                0,
                                Character.isHighSurrogate(text.charAt(MOST_CHARACTERS - 1))
                                        ? MOST_CHARACTERS - 1
                                        : MOST_CHARACTERS)
                        + "…"
                : text;
    }

    static List<Bubble> of(Example example) {
        List<Bubble> bubbles = new ArrayList<>();
        switch (example) {
            case Example.Conversation(List<ChatMessage> messages) -> messages.forEach(said -> bubbles.add(of(said)));
            case Example.PromptCompletion(String prompt, String completion) -> {
                bubbles.add(new Bubble(Speaker.USER, prompt));
                bubbles.add(new Bubble(Speaker.ASSISTANT, completion));
            }
            case Example.Document document -> bubbles.add(new Bubble(Speaker.DOCUMENT, document.text()));
            case Example.PreferencePair pair -> {
                pair.prompt().forEach(said -> bubbles.add(of(said)));
                pair.chosen().forEach(said -> bubbles.add(new Bubble(Speaker.CHOSEN, said.content())));
                pair.rejected().forEach(said -> bubbles.add(new Bubble(Speaker.REJECTED, said.content())));
            }
        }
        return bubbles;
    }

    private static Bubble of(ChatMessage said) {
        Speaker speaker = switch (said.role()) {
            case SYSTEM -> Speaker.SYSTEM;
            case USER -> Speaker.USER;
            case ASSISTANT -> Speaker.ASSISTANT;
            case TOOL -> Speaker.TOOL;
        };
        return new Bubble(speaker, said.content());
    }
}
