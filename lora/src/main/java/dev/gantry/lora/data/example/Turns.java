package dev.gantry.lora.data.example;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A field that holds either a plain text of a known speaker or whole messages.
final class Turns {
    private Turns() {}

    static List<ChatMessage> asUser(String field, JsonNode value) throws RowFaultException {
        return of(field, value, Role.USER);
    }

    static List<ChatMessage> asAssistant(String field, JsonNode value) throws RowFaultException {
        return of(field, value, Role.ASSISTANT);
    }

    private static List<ChatMessage> of(String field, JsonNode value, Role role) throws RowFaultException {
        return value.isString() ? List.of(new ChatMessage(role, value.asString())) : Messages.read(field, value);
    }
}
