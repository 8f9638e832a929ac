package dev.gantry.lora.data.example;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// ShareGPT and messages rows: a list of turns in a field, or the row itself being the list.
///
/// @param field the field that holds the turns, empty when the row is the list
record ConversationMapper(String field) implements RowMapper {

    @Override
    public List<Example> map(JsonNode row) throws RowFaultException {
        JsonNode turns = field.isEmpty() ? row : Fields.value(row, field);
        List<ChatMessage> messages = Messages.read(field.isEmpty() ? "the row" : field, turns);
        return List.of(new Example.Conversation(withSystem(row, messages)));
    }

    /// Puts the row's own `system` text in front, unless the turns bring one.
    static List<ChatMessage> withSystem(JsonNode row, List<ChatMessage> messages) throws RowFaultException {
        String system = row.isObject() ? Fields.optionalText(row, "system") : null;
        boolean hasSystem = !messages.isEmpty() && messages.getFirst().role() == Role.SYSTEM;
        if (system == null || Fields.isBlank(system) || hasSystem) {
            return messages;
        }
        List<ChatMessage> all = new ArrayList<>();
        all.add(new ChatMessage(Role.SYSTEM, system));
        all.addAll(messages);
        return all;
    }
}
