package dev.gantry.lora.data.example;

import dev.gantry.zoo.chat.ChatMessage;
import java.util.List;

/// One thing to learn from. Texts are exactly those of the file; placeholders such as `{{name}}` stay as they are.
public sealed interface Example {

    /// Turns of a dialogue; the assistant's are learned.
    record Conversation(List<ChatMessage> messages) implements Example {
        public Conversation {
            messages = List.copyOf(messages);
        }
    }

    /// A text and how it goes on; the completion is learned.
    record PromptCompletion(String prompt, String completion) implements Example {}

    /// Running text, all of it learned.
    ///
    /// @param extent whether the next example goes on with the same document
    record Document(String text, Extent extent) implements Example {}

    /// Two answers to the same dialogue, one better than the other.
    record PreferencePair(List<ChatMessage> prompt, List<ChatMessage> chosen, List<ChatMessage> rejected)
            implements Example {
        public PreferencePair {
            prompt = List.copyOf(prompt);
            chosen = List.copyOf(chosen);
            rejected = List.copyOf(rejected);
        }
    }

    /// Whether a document ends with the text at hand.
    enum Extent {
        COMPLETE,
        CONTINUES
    }
}
