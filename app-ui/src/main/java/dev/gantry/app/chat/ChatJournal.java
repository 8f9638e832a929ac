package dev.gantry.app.chat;

import dev.gantry.zoo.catalog.ChatEntry;
import dev.gantry.zoo.catalog.ChatMessageEntry;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A file for each chat, to which everything that is kept of it is appended: the catalog can be made again from them.
///
/// A line that a crash cut short is left out when it is read; what follows it stands on lines of its own.
final class ChatJournal {
    private static final String ENDING = ".jsonl";

    private final Path folder;
    private final JsonMapper mapper = JsonMapper.shared();

    /// One line: the chat as it then was, or a message of it.
    private record Line(@Nullable ChatEntry chat, @Nullable ChatMessageEntry message) {}

    /// A chat as its file has it.
    record Contents(ChatEntry entry, List<ChatMessageEntry> messages) {}

    ChatJournal(GantryHome home) {
        this.folder = home.folder().resolve("chats");
    }

    /// Appends an entry and messages; they are on the disk when this returns.
    void append(ChatEntry entry, List<ChatMessageEntry> messages) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (ChatMessageEntry message : messages) {
            lines.append('\n').append(mapper.writeValueAsString(new Line(null, message)));
        }
        lines.append('\n').append(mapper.writeValueAsString(new Line(entry, null)));
        Files.createDirectories(folder);
        try (FileChannel channel =
                FileChannel.open(file(entry.id()), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }
    }

    /// What a chat's file has; empty when it has no whole entry.
    Optional<Contents> read(String id) throws IOException {
        ChatEntry entry = null;
        TreeMap<Integer, ChatMessageEntry> messages = new TreeMap<>();
        for (String text : Files.readAllLines(file(id))) {
            Line line = text.isBlank() ? null : parsed(text);
            if (line != null && line.chat() != null) {
                entry = line.chat();
            } else if (line != null && line.message() != null) {
                messages.put(line.message().number(), line.message());
            }
        }
        return entry == null ? Optional.empty() : Optional.of(new Contents(entry, List.copyOf(messages.values())));
    }

    private @Nullable Line parsed(String text) {
        try {
            return mapper.readValue(text, Line.class);
        } catch (JacksonException _) {
            // cut short by a crash, before anybody was told that it is kept
            return null;
        }
    }

    /// The ids of all chats that have a file.
    List<String> ids() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .sorted()
                    .toList();
        }
    }

    void remove(String id) throws IOException {
        Files.deleteIfExists(file(id));
    }

    private Path file(String id) {
        return folder.resolve(id + ENDING);
    }
}
