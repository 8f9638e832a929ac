package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatOptions;
import dev.gantry.app.chat.ChatStore;
import dev.gantry.app.chat.Message;
import dev.gantry.app.chat.StoredChat;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.ChatEntry;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/// Keeps what is said, and reads it again; each in a task of its own.
final class KeptChats {
    private final Services services;
    private final Texts texts;
    private final ChatStore store;

    KeptChats(Services services, ChatStore store) {
        this.services = services;
        this.texts = services.texts();
        this.store = store;
    }

    /// Keeps an entry, and messages that are new or changed in it.
    void save(ChatEntry entry, List<Message> messages, Consumer<ChatEntry> onKept) {
        services.tasks()
                .task(texts.get("chat.saving"), progress -> {
                    store.save(entry, messages);
                    return entry;
                })
                .onDone(onKept)
                .start();
    }

    /// Adds messages to a chat that is open no longer.
    void append(String chat, List<Message> messages) {
        services.tasks()
                .task(texts.get("chat.saving"), progress -> {
                    store.append(chat, messages);
                    return true;
                })
                .start();
    }

    /// Gives a chat another name.
    void rename(ChatEntry entry, String title, Consumer<ChatEntry> onKept) {
        services.tasks()
                .task(
                        texts.get("chat.saving"),
                        progress -> store.rename(entry.id(), title, Instant.now(services.clock())))
                .onDone(renamed -> renamed.ifPresent(onKept))
                .start();
    }

    /// A chat that was read.
    record Read(ChatSession session, StoredChat stored) {}

    /// Reads a chat, with the rows of its columns.
    void read(ChatEntry entry, Consumer<Read> onRead) {
        services.tasks()
                .task(texts.get("chat.reading"), progress -> {
                    StoredChat chat = store.open(entry.id()).orElseThrow();
                    ChatSession opened = ChatSession.of(chat.entry(), chat.conversation());
                    chat.options().lanes().forEach(lane -> opened.prepare(lane.head()));
                    return new Read(opened, chat);
                })
                .onDone(onRead)
                .start();
    }

    String json(ChatOptions options) {
        return store.json(options);
    }
}
