package dev.gantry.lora.data.example;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Trees of replies (the OpenAssistant export): follows the best-ranked reply from the root down, so that each tree
/// gives one conversation and no turn is learned twice.
record MessageTreeMapper() implements RowMapper {

    @Override
    public List<Example> map(JsonNode row) throws RowFaultException {
        JsonNode root = row.has("replies") ? row : Fields.value(row, "prompt");
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode node = root; node != null; node = bestReply(node)) {
            messages.add(new ChatMessage(Messages.role(Fields.text(node, "role")), Fields.text(node, "text")));
        }
        // a dialogue that ends with a question teaches no more than one that ends with the answer before it
        while (messages.size() > 1 && messages.getLast().role() != Role.ASSISTANT) {
            messages.removeLast();
        }
        return List.of(new Example.Conversation(messages));
    }

    private static @Nullable JsonNode bestReply(JsonNode node) throws RowFaultException {
        JsonNode replies = node.get("replies");
        if (replies == null || replies.isNull()) {
            return null;
        }
        if (!replies.isArray()) {
            throw Fields.wrongType("replies", "an array", replies);
        }
        JsonNode best = null;
        for (JsonNode reply : replies) {
            if (!reply.path("deleted").asBoolean(false) && (best == null || rank(reply) < rank(best))) {
                best = reply;
            }
        }
        return best;
    }

    private static double rank(JsonNode reply) {
        return reply.path("rank").asDouble(Double.MAX_VALUE);
    }
}
