package dev.gantry.app.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.library.CatalogAccess;
import dev.gantry.engine.generate.Generator.Ending;
import dev.gantry.zoo.catalog.ChatEntry;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatStoreTest {
    private static final AnswerFacts FACTS = new AnswerFacts("gus", "/a", 0.5f, Ending.STOPPED, 9, 4, 12.5, 0.1, 7, 2);

    @TempDir
    Path folder;

    private final Conversation conversation = new Conversation();

    private static ChatEntry entry(ChatStore store, String title, long changed) {
        return new ChatEntry(
                "id-1",
                title,
                "starter",
                1,
                store.json(ChatOptions.USUAL),
                Instant.EPOCH,
                Instant.ofEpochMilli(changed));
    }

    private interface Use {
        void with(ChatStore store) throws IOException;
    }

    private void open(Use use) throws IOException {
        GantryHome home = new GantryHome(folder);
        try (CatalogAccess catalog = new CatalogAccess(home, repair -> {})) {
            use.with(new ChatStore(home, catalog));
        }
    }

    private void saved() throws IOException {
        conversation.add(Conversation.NONE, Role.USER, "question\nof two lines", null);
        conversation.add(0, Role.ASSISTANT, "answer", FACTS);
        open(store -> store.save(entry(store, "title", 5), conversation.all()));
    }

    @Test
    void everythingIsThereAgain() throws IOException {
        saved();
        open(store -> {
            StoredChat chat = store.open("id-1").orElseThrow();
            assertThat(chat.entry()).isEqualTo(entry(store, "title", 5));
            assertThat(chat.options()).isEqualTo(ChatOptions.USUAL);
            assertThat(chat.conversation().all()).isEqualTo(conversation.all());
        });
    }

    @Test
    void aLostCatalog_isMadeAgainFromTheFiles_alsoAfterACrash() throws IOException {
        saved();
        Files.writeString(
                folder.resolve("chats/id-1.jsonl"), "\n{\"message\":{\"number\":2,\"pa", StandardOpenOption.APPEND);
        open(store -> store.save(entry(store, "renamed", 6), List.of()));
        try (var files = Files.list(folder.resolve("catalog"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        open(store -> {
            assertThat(store.list()).containsExactly(entry(store, "renamed", 6));
            assertThat(store.open("id-1").orElseThrow().conversation().all()).isEqualTo(conversation.all());
        });
    }

    @Test
    void anOlderEntry_doesNotReplaceANewerOne_butItsMessagesStay() throws IOException {
        saved();
        Message late = conversation.add(1, Role.USER, "late", null);
        open(store -> {
            store.save(entry(store, "newer", 9), List.of());
            store.save(entry(store, "older", 7), List.of(late));
            assertThat(store.list()).extracting(ChatEntry::title).containsExactly("newer");
            assertThat(store.open("id-1").orElseThrow().conversation().all()).hasSize(3);
        });
    }

    @Test
    void aRenamedChat_keepsItsName_whenWhatWasWrittenBeforeComesLater() throws IOException {
        saved();
        open(store -> {
            assertThat(store.rename("id-1", "cranes", Instant.ofEpochMilli(8))).hasValue(entry(store, "cranes", 5));
            store.save(entry(store, "title", 7), List.of(conversation.add(1, Role.USER, "late", null)));
            assertThat(store.list()).containsExactly(entry(store, "cranes", 5));
            assertThat(store.open("id-1").orElseThrow().conversation().all()).hasSize(3);
            assertThat(store.rename("no such chat", "x", Instant.EPOCH)).isEmpty();
        });
        open(store -> assertThat(store.list()).extracting(ChatEntry::title).containsExactly("cranes"));
    }

    @Test
    void aDeletedChat_leavesNothing() throws IOException {
        saved();
        open(store -> {
            store.remove("id-1");
            assertThat(store.list()).isEmpty();
            assertThat(store.open("id-1")).isEmpty();
            store.append("id-1", conversation.all());
            assertThat(store.list()).isEmpty();
        });
    }
}
