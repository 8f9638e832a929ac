package dev.gantry.lora.data.example;

import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Alpaca rows: an instruction, perhaps an input, earlier turns and a system text, and the answer.
///
/// @param answer the field that holds the answer
record InstructionMapper(String answer) implements RowMapper {

    @Override
    public List<Example> map(JsonNode row) throws RowFaultException {
        List<ChatMessage> messages = prompt(row, Fields.optionalText(row, "input"));
        messages.add(new ChatMessage(Role.ASSISTANT, Fields.text(row, answer)));
        return List.of(new Example.Conversation(messages));
    }

    static List<ChatMessage> prompt(JsonNode row, @org.jspecify.annotations.Nullable String input)
            throws RowFaultException {
        List<ChatMessage> messages = new ArrayList<>();
        String system = Fields.optionalText(row, "system");
        if (!Fields.isBlank(system) && system != null) {
            messages.add(new ChatMessage(Role.SYSTEM, system));
        }
        addHistory(row, messages);
        String instruction = Fields.text(row, "instruction");
        String question = input == null || input.isBlank() ? instruction : instruction + "\n" + input;
        messages.add(new ChatMessage(Role.USER, question));
        return messages;
    }

    private static void addHistory(JsonNode row, List<ChatMessage> messages) throws RowFaultException {
        JsonNode history = row.get("history");
        if (history == null
                || history.isNull()
                || (history.isString() && history.asString().isBlank())) {
            return;
        }
        if (!history.isArray()) {
            throw Fields.wrongType("history", "an array of [question, answer]", history);
        }
        for (JsonNode turn : history) {
            if (!turn.isArray()
                    || turn.size() != 2
                    || !turn.get(0).isString()
                    || !turn.get(1).isString()) {
                throw new RowFaultException(
                        FaultKind.WRONG_TYPE, "expected two texts [question, answer] in \"history\", found " + turn);
            }
            messages.add(new ChatMessage(Role.USER, turn.get(0).asString()));
            messages.add(new ChatMessage(Role.ASSISTANT, turn.get(1).asString()));
        }
    }
}
