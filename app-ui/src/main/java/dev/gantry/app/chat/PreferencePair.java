package dev.gantry.app.chat;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A question and two answers to it, of which the user likes one better.
///
/// @param prompt the conversation up to and with the question
public record PreferencePair(List<ChatMessage> prompt, String chosen, String rejected) {

    /// Every pair of a liked and a disliked answer to one question.
    ///
    /// @param system what the model was told first; empty for nothing
    public static List<PreferencePair> of(Conversation conversation, int question, String system) {
        List<ChatMessage> prompt = ChatExport.messages(system, conversation.path(question));
        List<Message> answers =
                conversation.following(question).stream().map(conversation::get).toList();
        List<PreferencePair> pairs = new ArrayList<>();
        for (Message good : answers) {
            for (Message bad : answers) {
                if (good.rating() == Rating.UP
                        && bad.rating() == Rating.DOWN
                        && !good.text().equals(bad.text())) {
                    pairs.add(new PreferencePair(prompt, good.text(), bad.text()));
                }
            }
        }
        return pairs;
    }

    /// As a row of a data file; messages throughout, so that every turn keeps its speaker.
    Map<String, Object> row(String from) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("prompt", ChatExport.rows(prompt));
        row.put("chosen", ChatExport.rows(List.of(new ChatMessage(Role.ASSISTANT, chosen))));
        row.put("rejected", ChatExport.rows(List.of(new ChatMessage(Role.ASSISTANT, rejected))));
        row.put("from", from);
        return row;
    }
}
