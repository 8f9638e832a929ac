package dev.gantry.lora.data.example;

import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads lists of turns: `role`/`content` and `from`/`value`, in any mixture, with the usual names of the roles.
final class Messages {
    private static final String[] ROLE_KEYS = {"role", "from", "speaker"};
    private static final String[] CONTENT_KEYS = {"content", "value", "text"};

    private Messages() {}

    static List<ChatMessage> read(String field, JsonNode turns) throws RowFaultException {
        if (turns.isObject()) {
            return List.of(message(field, turns));
        }
        if (!turns.isArray()) {
            throw Fields.wrongType(field, "a list of messages", turns);
        }
        List<ChatMessage> messages = new ArrayList<>(turns.size());
        for (JsonNode turn : turns) {
            if (!turn.isObject()) {
                throw Fields.wrongType(field, "messages with a role and a content", turn);
            }
            messages.add(message(field, turn));
        }
        return messages;
    }

    static boolean looksLikeTurn(JsonNode value) {
        return value.isObject() && firstPresent(value, ROLE_KEYS) != null;
    }

    static Role role(String name) throws RowFaultException {
        return switch (name.strip().toLowerCase(Locale.ROOT)) {
            case "system", "developer" -> Role.SYSTEM;
            case "user", "human", "input", "prompter" -> Role.USER;
            case "assistant", "gpt", "output", "model", "bot", "chatgpt", "function_call" -> Role.ASSISTANT;
            case "tool", "function", "observation", "ipython" -> Role.TOOL;
            default ->
                throw new RowFaultException(
                        FaultKind.UNKNOWN_ROLE,
                        "expected a role such as system, user, assistant or tool, found \"" + name + "\"");
        };
    }

    private static ChatMessage message(String field, JsonNode turn) throws RowFaultException {
        String roleKey = firstPresent(turn, ROLE_KEYS);
        if (roleKey == null) {
            throw Fields.missing("role", turn);
        }
        Role role = role(Fields.text(turn, roleKey));
        String contentKey = firstPresent(turn, CONTENT_KEYS);
        JsonNode content = contentKey == null ? null : turn.get(contentKey);
        JsonNode calls = turn.get("tool_calls");
        boolean hasCalls = calls != null && !calls.isNull() && !calls.isEmpty();
        if (content == null || content.isNull()) {
            if (hasCalls) {
                return new ChatMessage(role, calls.toString());
            }
            throw Fields.missing(field + "[].content", turn);
        }
        String text = contentText(field, content);
        return new ChatMessage(role, hasCalls && text.isEmpty() ? calls.toString() : text);
    }

    /// Content is a text or a list of parts, of which only texts can be learned here.
    private static String contentText(String field, JsonNode content) throws RowFaultException {
        if (content.isValueNode()) {
            return content.asString();
        }
        if (!content.isArray()) {
            throw Fields.wrongType(field + "[].content", "a text", content);
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            JsonNode words = part.isString() ? part : part.get("text");
            if (words == null || !words.isString()) {
                throw Fields.wrongType(field + "[].content", "parts of text only", part);
            }
            text.append(words.asString());
        }
        return text.toString();
    }

    private static @Nullable String firstPresent(JsonNode turn, String[] keys) {
        for (String key : keys) {
            if (turn.has(key)) {
                return key;
            }
        }
        return null;
    }
}
