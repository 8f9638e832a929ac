package dev.gantry.zoo.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTableTest {
    @TempDir
    Path folder;

    private Catalog open() {
        return Catalog.open(new GantryHome(folder), Duration.ZERO);
    }

    private static ChatEntry chat(String id, long changed) {
        return new ChatEntry(
                id, "Cranes; drop table chats", "starter", 1, "{}", Instant.EPOCH, Instant.ofEpochMilli(changed));
    }

    private static ChatMessageEntry message(int number, String body) {
        return new ChatMessageEntry(number, number - 1, number % 2 == 0 ? "user" : "assistant", body, "{}");
    }

    @Test
    void chats_areThereAfterReopening_theLastChangedFirst() {
        String long200k = "word 漢字 '; ".repeat(80_000);
        try (var catalog = open()) {
            catalog.chats().put(chat("a", 5), List.of(message(0, "hello"), message(1, long200k)));
            catalog.chats().put(chat("b", 9), List.of());
        }
        try (var catalog = open()) {
            assertThat(catalog.chats().all()).containsExactly(chat("b", 9), chat("a", 5));
            assertThat(catalog.chats().messages("a")).containsExactly(message(0, "hello"), message(1, long200k));
            assertThat(catalog.chats().find("c")).isEmpty();
        }
    }

    @Test
    void put_replacesMessagesOfTheSameNumber_andLeavesTheOthers() {
        try (var catalog = open()) {
            catalog.chats().put(chat("a", 5), List.of(message(0, "one"), message(1, "two")));
            catalog.chats().put(chat("a", 6), List.of(message(1, "changed")));

            assertThat(catalog.chats().messages("a")).containsExactly(message(0, "one"), message(1, "changed"));
        }
    }

    @Test
    void remove_takesTheMessagesAlong() {
        try (var catalog = open()) {
            catalog.chats().put(chat("a", 5), List.of(message(0, "one")));

            assertThat(catalog.chats().remove("a")).isTrue();
            assertThat(catalog.chats().remove("a")).isFalse();
            assertThat(catalog.chats().messages("a")).isEmpty();
            assertThat(catalog.chats().all()).isEmpty();
        }
    }
}
