package dev.gantry.lora.data.example;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Self-instruct rows: one instruction with several inputs and outputs, each an example.
record InstancesMapper() implements RowMapper {

    @Override
    public List<Example> map(JsonNode row) throws RowFaultException {
        List<Example> examples = new ArrayList<>();
        for (JsonNode instance : Fields.array(row, "instances")) {
            List<ChatMessage> messages = InstructionMapper.prompt(row, Fields.optionalText(instance, "input"));
            messages.add(new ChatMessage(Role.ASSISTANT, Fields.text(instance, "output")));
            examples.add(new Example.Conversation(messages));
        }
        return examples;
    }
}
