package dev.gantry.lora.data.example;

import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.zoo.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Prompt-completion rows, as texts or as messages. Rows with `label: false` (the KTO format's disliked answers) are
/// no examples to learn from.
record CompletionMapper() implements RowMapper {

    @Override
    public List<Example> map(JsonNode row) throws RowFaultException {
        JsonNode prompt = Fields.value(row, "prompt");
        JsonNode completion = Fields.value(row, "completion");
        JsonNode label = row.get("label");
        if (label != null && label.isBoolean() && !label.asBoolean()) {
            throw new RowFaultException(FaultKind.UNWANTED_ANSWER, "\"label\" is false: an answer not to learn");
        }
        if (prompt.isString() && completion.isString()) {
            return List.of(new Example.PromptCompletion(prompt.asString(), completion.asString()));
        }
        List<ChatMessage> messages = new ArrayList<>(Turns.asUser("prompt", prompt));
        messages.addAll(Turns.asAssistant("completion", completion));
        return List.of(new Example.Conversation(ConversationMapper.withSystem(row, messages)));
    }
}
