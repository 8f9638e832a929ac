package dev.gantry.zoo.catalog;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A conversation in the list of conversations.
///
/// @param id unique for good
/// @param model name of a model in the catalog, or its folder
/// @param head number of the message it was left at; -1 before the first
/// @param settings how it is answered, as JSON of the chat's own
public record ChatEntry(
        String id, String title, String model, int head, String settings, Instant created, Instant changed) {
    public ChatEntry {
        created = created.truncatedTo(ChronoUnit.MILLIS);
        changed = changed.truncatedTo(ChronoUnit.MILLIS);
    }

    public ChatEntry withTitle(String name) {
        return new ChatEntry(id, name, model, head, settings, created, changed);
    }
}
