package dev.gantry.lora.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;

/// A run's `events.jsonl`: one event a line, only ever appended to.
public final class EventLog implements AutoCloseable {
    /// Name of the file in a run's folder.
    public static final String FILE_NAME = "events.jsonl";

    private final FileChannel channel;
    private long bytes;

    private EventLog(FileChannel channel) throws IOException {
        this.channel = channel;
        this.bytes = channel.size();
    }

    /// Opens or makes the log for appending.
    public static EventLog open(Path file) throws IOException {
        return new EventLog(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }

    /// Appends one event.
    public void append(RunEvent event) {
        ByteBuffer line =
                ByteBuffer.wrap((RunJson.LINES.writeValueAsString(event) + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (line.hasRemaining()) {
                bytes += channel.write(line, bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the event log cannot be written", e);
        }
    }

    /// Bytes written so far: a checkpoint remembers them, so that a resume can go back to exactly here.
    public long bytes() {
        return bytes;
    }

    /// Waits until everything written so far is on the disk.
    public void force() throws IOException {
        channel.force(true);
    }

    /// Takes back every event after the first `keptBytes` bytes: they belong to steps that a resume takes again.
    ///
    /// @throws IOException when the log is shorter, that is, not the one the checkpoint was saved with
    public void truncate(long keptBytes) throws IOException {
        if (bytes < keptBytes) {
            throw new IOException(FILE_NAME + " has " + bytes + " bytes where the checkpoint remembers " + keptBytes);
        }
        channel.truncate(keptBytes);
        bytes = keptBytes;
        channel.force(true);
    }

    /// The events of a log; a last line that was torn by the end of the process is left out.
    public static List<RunEvent> read(Path file) throws IOException {
        List<RunEvent> events = new ArrayList<>();
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        for (int i = 0; i < lines.size(); i++) {
            try {
                events.add(RunJson.LINES.readValue(lines.get(i), RunEvent.class));
            } catch (JacksonException e) {
                if (i < lines.size() - 1) {
                    throw new IOException(
                            file + ", line " + (i + 1) + " is not an event: " + e.getOriginalMessage(), e);
                }
            }
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
