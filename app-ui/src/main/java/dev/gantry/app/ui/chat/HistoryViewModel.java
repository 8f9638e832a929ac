package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatStore;
import dev.gantry.app.chat.StoredChat;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.ChatEntry;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.collections.transformation.FilteredList;

/// The chats that were held.
final class HistoryViewModel {
    private final Services services;
    private final Texts texts;
    private final ChatStore store;
    private final ObservableList<ChatEntry> all = FXCollections.observableArrayList();
    private final FilteredList<ChatEntry> shown = new FilteredList<>(all);
    private final StringProperty query = new SimpleStringProperty("");
    private final ReadOnlyStringWrapper current = new ReadOnlyStringWrapper("");

    HistoryViewModel(Services services, ChatStore store) {
        this.services = services;
        this.texts = services.texts();
        this.store = store;
        query.subscribe(this::filter);
    }

    private void filter(String words) {
        String wanted = words.strip().toLowerCase(Locale.ROOT);
        shown.setPredicate(chat -> chat.title().toLowerCase(Locale.ROOT).contains(wanted)
                || chat.model().toLowerCase(Locale.ROOT).contains(wanted));
    }

    /// The chats whose name or model has the words of [#queryProperty] in it, the last changed first.
    ObservableList<ChatEntry> shown() {
        return shown;
    }

    StringProperty queryProperty() {
        return query;
    }

    /// The id of the chat that is open.
    ReadOnlyStringProperty currentProperty() {
        return current.getReadOnlyProperty();
    }

    void setCurrent(String id) {
        current.set(id);
    }

    void refresh() {
        services.tasks()
                .task(texts.get("chat.reading"), progress -> store.list())
                .onDone(all::setAll)
                .start();
    }

    /// Puts an entry at the top, without reading all of them again.
    void changed(ChatEntry entry) {
        all.removeIf(known -> known.id().equals(entry.id()));
        all.addFirst(entry);
    }

    /// A chat has another name; it stays where it stands.
    void renamed(ChatEntry entry) {
        all.replaceAll(known -> known.id().equals(entry.id()) ? entry : known);
    }

    /// Deletes a chat; a message offers to bring it back.
    void delete(ChatEntry entry, Consumer<ChatEntry> onGone) {
        services.tasks()
                .task(texts.get("chat.deleting"), progress -> {
                    Optional<StoredChat> kept = store.open(entry.id());
                    store.remove(entry.id());
                    return kept;
                })
                .onDone(kept -> {
                    all.removeIf(known -> known.id().equals(entry.id()));
                    onGone.accept(entry);
                    kept.ifPresent(chat -> services.notices()
                            .info(
                                    texts.format("chat.deleted", entry.title()),
                                    new Choice(texts.get("frame.undo"), () -> bringBack(chat))));
                })
                .start();
    }

    private void bringBack(StoredChat chat) {
        services.tasks()
                .task(texts.get("chat.saving"), progress -> {
                    store.save(chat.entry(), chat.conversation().all());
                    return true;
                })
                .onDone(_ -> refresh())
                .start();
    }
}
