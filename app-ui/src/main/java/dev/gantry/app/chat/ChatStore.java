package dev.gantry.app.chat;

import dev.gantry.app.library.CatalogAccess;
import dev.gantry.zoo.catalog.ChatEntry;
import dev.gantry.zoo.catalog.ChatMessageEntry;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The chats: in the catalog, and in files that it can be made from again. Calls wait for the disk.
public final class ChatStore {
    private final CatalogAccess catalog;
    private final ChatJournal journal;
    private final JsonMapper mapper = JsonMapper.shared();
    private final Map<String, Instant> newest = new HashMap<>();

    /// What is kept of a message beside its text.
    private record Facts(@Nullable AnswerFacts answer, Rating rating) {}

    public ChatStore(GantryHome home, CatalogAccess catalog) {
        this.catalog = catalog;
        this.journal = new ChatJournal(home);
    }

    /// All chats, the last changed first; those that only a file knows are put into the catalog.
    public synchronized List<ChatEntry> list() throws IOException {
        List<ChatEntry> known = catalog.call(open -> open.chats().all());
        Set<String> ids = known.stream().map(ChatEntry::id).collect(Collectors.toSet());
        boolean found = false;
        for (String id : journal.ids()) {
            Optional<ChatJournal.Contents> lost = ids.contains(id) ? Optional.empty() : journal.read(id);
            lost.ifPresent(chat -> put(chat.entry(), chat.messages()));
            found |= lost.isPresent();
        }
        return found ? catalog.call(open -> open.chats().all()) : known;
    }

    private void put(ChatEntry entry, List<ChatMessageEntry> rows) {
        catalog.call(open -> {
            open.chats().put(entry, rows);
            return rows.size();
        });
    }

    /// Everything of one chat; empty when it was deleted.
    public Optional<StoredChat> open(String id) {
        record Read(Optional<ChatEntry> entry, List<ChatMessageEntry> messages) {}
        Read read = catalog.call(
                open -> new Read(open.chats().find(id), open.chats().messages(id)));
        return read.entry()
                .map(entry -> new StoredChat(
                        entry,
                        new Conversation(
                                read.messages().stream().map(this::message).toList()),
                        options(entry)));
    }

    /// Keeps an entry and new or changed messages; an entry older than the one that was kept last stays out.
    public synchronized void save(ChatEntry entry, List<Message> messages) throws IOException {
        Instant known = newest.get(entry.id());
        ChatEntry kept = known != null && entry.changed().isBefore(known) ? stored(entry) : entry;
        List<ChatMessageEntry> rows = messages.stream().map(this::row).toList();
        journal.append(kept, rows);
        put(kept, rows);
        newest.put(kept.id(), kept.changed());
    }

    /// Adds messages to a chat and leaves its entry as it is; nothing when it was deleted.
    public synchronized void append(String id, List<Message> messages) throws IOException {
        Optional<ChatEntry> entry = catalog.call(open -> open.chats().find(id));
        if (entry.isPresent()) {
            List<ChatMessageEntry> rows = messages.stream().map(this::row).toList();
            journal.append(entry.get(), rows);
            put(entry.get(), rows);
        }
    }

    /// Gives a chat another name, and it alone: what was written of the chat before `now` and comes later keeps the
    /// new name.
    ///
    /// @return the chat's entry, empty when it was deleted
    public synchronized Optional<ChatEntry> rename(String id, String title, Instant now) throws IOException {
        Optional<ChatEntry> known = catalog.call(open -> open.chats().find(id));
        if (known.isEmpty()) {
            return known;
        }
        ChatEntry renamed = known.get().withTitle(title);
        journal.append(renamed, List.of());
        put(renamed, List.of());
        newest.put(id, now);
        return Optional.of(renamed);
    }

    private ChatEntry stored(ChatEntry entry) {
        return catalog.call(open -> open.chats().find(entry.id())).orElse(entry);
    }

    /// Deletes a chat for good.
    public synchronized void remove(String id) throws IOException {
        journal.remove(id);
        boolean removed = catalog.call(open -> open.chats().remove(id));
        if (removed) {
            newest.remove(id);
        }
    }

    public String json(ChatOptions options) {
        return mapper.writeValueAsString(options);
    }

    private ChatOptions options(ChatEntry entry) {
        return mapper.readValue(entry.settings(), ChatOptions.class);
    }

    private ChatMessageEntry row(Message message) {
        return new ChatMessageEntry(
                message.number(),
                message.parent(),
                message.role().templateName(),
                message.text(),
                mapper.writeValueAsString(new Facts(message.facts(), message.rating())));
    }

    private Message message(ChatMessageEntry row) {
        Facts facts = mapper.readValue(row.facts(), Facts.class);
        return new Message(
                row.number(),
                row.parent(),
                Role.valueOf(row.role().toUpperCase(Locale.ROOT)),
                row.body(),
                facts.answer(),
                facts.rating());
    }
}
