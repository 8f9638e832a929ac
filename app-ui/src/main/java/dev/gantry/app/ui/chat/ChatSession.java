package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.Conversation;
import dev.gantry.app.chat.Message;
import dev.gantry.zoo.catalog.ChatEntry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// One chat while it is open.
final class ChatSession {
    private static final int TITLE_CHARACTERS = 80;

    private final String id;
    private final Instant created;
    private final Conversation conversation;
    private final TranscriptRows rows = new TranscriptRows();
    private final Map<Integer, List<TranscriptRow>> prepared = new HashMap<>();
    private String title;

    private ChatSession(String id, String title, Instant created, Conversation conversation) {
        this.id = id;
        this.title = title;
        this.created = created;
        this.conversation = conversation;
    }

    static ChatSession fresh(Instant now) {
        return new ChatSession(UUID.randomUUID().toString(), "", now, new Conversation());
    }

    /// One with a conversation that was held elsewhere.
    static ChatSession with(String title, Instant now, Conversation conversation) {
        return new ChatSession(UUID.randomUUID().toString(), title, now, conversation);
    }

    static ChatSession of(ChatEntry entry, Conversation conversation) {
        return new ChatSession(entry.id(), entry.title(), entry.created(), conversation);
    }

    String id() {
        return id;
    }

    /// Empty before anything was said.
    String title() {
        return title;
    }

    Conversation conversation() {
        return conversation;
    }

    boolean isEmpty() {
        return conversation.all().isEmpty();
    }

    /// Makes the rows of the line to message `end` beforehand; on any thread.
    void prepare(int end) {
        prepared.put(end, rows.of(conversation, conversation.path(end)));
    }

    /// The rows of the line to message `end`.
    List<TranscriptRow> rows(int end) {
        List<TranscriptRow> known = prepared.remove(end);
        return known == null ? rows.of(conversation, conversation.path(end)) : known;
    }

    /// The rows of one message.
    List<TranscriptRow> rowsOf(int message) {
        return rows.of(conversation, List.of(conversation.get(message)));
    }

    void rename(String name) {
        title = name;
    }

    /// The first question names a chat that has no name.
    void nameAfter(Message question) {
        if (title.isEmpty()) {
            title = shortened(question.text());
        }
    }

    /// A text as the name of a chat: one line, not too long.
    static String shortened(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        int end = Math.min(line.length(), TITLE_CHARACTERS);
        boolean splitsPair = end < line.length() && Character.isLowSurrogate(line.charAt(end));
        return end == line.length() ? line : line.substring(0, splitsPair ? end - 1 : end) + "…";
    }

    ChatEntry entry(String model, int head, String settings, Instant now) {
        return new ChatEntry(id, title, model, head, settings, created, now);
    }
}
