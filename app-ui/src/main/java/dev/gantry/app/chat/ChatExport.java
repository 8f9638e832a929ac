package dev.gantry.app.chat;

import dev.gantry.lora.run.RunJson;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A conversation as a file for people or for training.
public final class ChatExport {
    private ChatExport() {}

    /// A line of messages with the model's instruction before it, when there is one.
    public static List<ChatMessage> messages(String system, List<Message> path) {
        List<ChatMessage> messages = new ArrayList<>();
        if (!system.isBlank()) {
            messages.add(new ChatMessage(Role.SYSTEM, system));
        }
        path.forEach(message -> messages.add(message.toChat()));
        return messages;
    }

    /// Markdown to read: a heading for each turn.
    ///
    /// @param names what each role is called
    public static String markdown(String title, List<ChatMessage> messages, Map<Role, String> names) {
        StringBuilder text = new StringBuilder("# ").append(title).append('\n');
        for (ChatMessage message : messages) {
            text.append("\n## ")
                    .append(names.getOrDefault(message.role(), message.role().templateName()))
                    .append("\n\n")
                    .append(message.content().strip())
                    .append('\n');
        }
        return text.toString();
    }

    /// One row in the format `messages`, which the data check and every trainer know.
    public static String jsonLine(List<ChatMessage> messages) {
        return RunJson.LINES.writeValueAsString(Map.of("messages", rows(messages))) + "\n";
    }

    static List<Map<String, String>> rows(List<ChatMessage> messages) {
        return messages.stream()
                .map(message -> {
                    Map<String, String> row = new LinkedHashMap<>();
                    row.put("role", message.role().templateName());
                    row.put("content", message.content());
                    return row;
                })
                .toList();
    }
}
