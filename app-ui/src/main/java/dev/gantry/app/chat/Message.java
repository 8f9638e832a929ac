package dev.gantry.app.chat;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import org.jspecify.annotations.Nullable;

/// One message of a conversation.
///
/// @param number unique in its conversation, from 0 in the order they were said
/// @param parent number of the message before it, [Conversation#NONE] for a first one
/// @param facts of an answer, null for everything else
public record Message(
        int number,
        int parent,
        Role role,
        String text,
        @Nullable AnswerFacts facts,
        Rating rating) {
    public Message withRating(Rating changed) {
        return new Message(number, parent, role, text, facts, changed);
    }

    public boolean isAnswer() {
        return role == Role.ASSISTANT;
    }

    /// As a model reads it.
    public ChatMessage toChat() {
        return new ChatMessage(role, text);
    }
}
