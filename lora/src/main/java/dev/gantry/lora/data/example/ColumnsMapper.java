package dev.gantry.lora.data.example;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Rows whose columns were given their meaning by name.
record ColumnsMapper(ColumnMapping mapping) implements RowMapper {

    @Override
    public List<Example> map(JsonNode row) throws RowFaultException {
        String text = mapping.column(ColumnRole.TEXT);
        if (text != null) {
            return new TextMapper(text).map(row);
        }
        List<ChatMessage> prompt = new ArrayList<>();
        add(prompt, row, mapping.column(ColumnRole.SYSTEM), Role.SYSTEM);
        add(prompt, row, mapping.column(ColumnRole.USER), Role.USER);
        String chosen = mapping.column(ColumnRole.CHOSEN);
        String rejected = mapping.column(ColumnRole.REJECTED);
        if (chosen != null && rejected != null) {
            return List.of(new Example.PreferencePair(
                    prompt,
                    Turns.asAssistant(chosen, Fields.value(row, chosen)),
                    Turns.asAssistant(rejected, Fields.value(row, rejected))));
        }
        add(prompt, row, mapping.column(ColumnRole.ASSISTANT), Role.ASSISTANT);
        return List.of(new Example.Conversation(prompt));
    }

    private static void add(List<ChatMessage> messages, JsonNode row, @Nullable String column, Role role)
            throws RowFaultException {
        if (column == null) {
            return;
        }
        if (role == Role.SYSTEM) {
            String text = Fields.optionalText(row, column);
            if (text != null && !Fields.isBlank(text)) {
                messages.add(new ChatMessage(role, text));
            }
        } else {
            messages.add(new ChatMessage(role, Fields.text(row, column)));
        }
    }
}
