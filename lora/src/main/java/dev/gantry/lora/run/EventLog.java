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
///
/// A resumed run takes the steps after its checkpoint again, to the same bits, and logs them again: what was logged for
/// steps after the one it resumes at no longer counts, see {@link #current}.
public final class EventLog implements AutoCloseable {
    /// Name of the file in a run's folder.
    public static final String FILE_NAME = "events.jsonl";

    private final FileChannel channel;
    private long position;

    private EventLog(FileChannel channel) throws IOException {
        this.channel = channel;
        this.position = channel.size();
    }

    /// Opens or makes the log for appending; a last line that was torn by the end of a process is cut off.
    public static EventLog open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        long whole = channel.size();
        ByteBuffer last = ByteBuffer.allocate(1);
        while (whole > 0 && (channel.read(last.clear(), whole - 1) != 1 || last.get(0) != '\n')) {
            whole--;
        }
        channel.truncate(whole);
        return new EventLog(channel);
    }

    /// Appends one event.
    public void append(RunEvent event) {
        ByteBuffer line =
                ByteBuffer.wrap((RunJson.LINES.writeValueAsString(event) + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (line.hasRemaining()) {
                position += channel.write(line, position);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the event log cannot be written", e);
        }
    }

    /// Waits until everything written so far is on the disk.
    public void force() throws IOException {
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

    /// The events that count: without those of steps that were taken again after a resume.
    public static List<RunEvent> current(Path file) throws IOException {
        List<RunEvent> current = new ArrayList<>();
        for (RunEvent event : read(file)) {
            if (event instanceof RunEvent.StateChange change) {
                switch (change.state()) {
                    case STARTED -> current.clear();
                    case RESUMED -> current.removeIf(earlier -> earlier.step() > change.step());
                    case PAUSED, CONTINUED, STOPPED, FAILED, FINISHED -> {}
                }
            }
            current.add(event);
        }
        return current;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
