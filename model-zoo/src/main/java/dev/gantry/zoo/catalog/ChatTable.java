package dev.gantry.zoo.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Conversations and their messages.
public final class ChatTable {
    private static final String COLUMNS = "id, title, model, head, settings, created, changed";
    private static final String SELECT = "select " + COLUMNS + " from chats";
    private static final RowReader<ChatEntry> READER = row -> new ChatEntry(
            row.getString(1),
            row.getString(2),
            row.getString(3),
            row.getInt(4),
            row.getString(5),
            row.getObject(6, Instant.class),
            row.getObject(7, Instant.class));

    private final Database database;

    ChatTable(Database database) {
        this.database = database;
    }

    /// Adds or replaces a conversation's entry and some of its messages, all or none; on the disk when this returns.
    public void put(ChatEntry chat, List<ChatMessageEntry> messages) {
        List<Object[]> rows = messages.stream()
                .map(m -> new Object[] {chat.id(), m.number(), m.parent(), m.role(), m.body(), m.facts()})
                .toList();
        database.call(sql -> {
            sql.transaction(() -> {
                sql.update(
                        "merge into chats (" + COLUMNS + ") key (id) values (?, ?, ?, ?, ?, ?, ?)",
                        chat.id(),
                        chat.title(),
                        chat.model(),
                        chat.head(),
                        chat.settings(),
                        chat.created(),
                        chat.changed());
                if (!rows.isEmpty()) {
                    sql.batch(
                            "merge into chat_messages (chat_id, number, parent, role, body, facts)"
                                    + " key (chat_id, number) values (?, ?, ?, ?, ?, ?)",
                            rows);
                }
            });
            return rows.size();
        });
    }

    /// All conversations, the last changed first.
    public List<ChatEntry> all() {
        return database.call(sql -> sql.query(SELECT + " order by changed desc, id", READER));
    }

    public Optional<ChatEntry> find(String id) {
        return database.call(sql -> sql.query(SELECT + " where id = ?", READER, id)).stream()
                .findFirst();
    }

    /// The messages of one conversation in the order of their numbers.
    public List<ChatMessageEntry> messages(String id) {
        return database.call(sql -> sql.query(
                "select number, parent, role, body, facts from chat_messages where chat_id = ? order by number",
                row -> new ChatMessageEntry(
                        row.getInt(1), row.getInt(2), row.getString(3), row.getString(4), row.getString(5)),
                id));
    }

    /// Removes a conversation with its messages; false when there was none.
    public boolean remove(String id) {
        return database.call(sql -> {
            int[] removed = {0};
            sql.transaction(() -> {
                sql.update("delete from chat_messages where chat_id = ?", id);
                removed[0] = sql.update("delete from chats where id = ?", id);
            });
            return removed[0] > 0;
        });
    }
}
