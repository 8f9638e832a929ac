package dev.gantry.app.run;

import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunJson;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.run.TrainerMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// A run as a list of recent ones shows it, from the end of its events alone: however long it trained, a look costs the
/// same.
///
/// @param changed when its events were last added to, or its folder was made
public record RunGlance(Path run, RunStatus status, Instant changed) {
    /// What an ended run writes last lies in here.
    private static final int END_BYTES = 32 << 10;

    private static final String STATE_LINE = "{\"kind\":\"state\"";

    /// The runs that changed last, the newest first.
    public static List<RunGlance> newest(List<Path> folders, int most) throws IOException {
        record Dated(Path run, Instant changed) {}
        List<Dated> dated = new ArrayList<>();
        for (Path run : folders) {
            dated.add(new Dated(run, changed(run)));
        }
        dated.sort(Comparator.comparing(Dated::changed).reversed());
        List<RunGlance> newest = new ArrayList<>();
        for (Dated one : dated.subList(0, Math.min(most, dated.size()))) {
            newest.add(new RunGlance(one.run(), status(one.run()), one.changed()));
        }
        return newest;
    }

    private static Instant changed(Path run) throws IOException {
        Path events = run.resolve(EventLog.FILE_NAME);
        return Files.getLastModifiedTime(Files.exists(events) ? events : run).toInstant();
    }

    private static RunStatus status(Path run) throws IOException {
        RunState last = lastState(run.resolve(EventLog.FILE_NAME));
        if (TrainerMark.read(run).filter(TrainerMark::isAlive).isPresent()) {
            return last == RunState.PAUSED ? RunStatus.PAUSED : RunStatus.TRAINING;
        }
        return switch (last) {
            case null -> TrainerProcess.hasBegun(run) ? RunStatus.INTERRUPTED : RunStatus.WAITING;
            case FINISHED -> RunStatus.FINISHED;
            case STOPPED -> RunStatus.STOPPED;
            case FAILED -> RunStatus.FAILED;
            case STARTED, RESUMED, PAUSED, CONTINUED -> RunStatus.INTERRUPTED;
        };
    }

    /// The newest state near the end of the events; null when there is none.
    private static @Nullable RunState lastState(Path events) throws IOException {
        if (!Files.isRegularFile(events)) {
            return null;
        }
        RunState last = null;
        for (String line : end(events).split("\n", -1)) {
            if (line.startsWith(STATE_LINE)) {
                last = state(line, last);
            }
        }
        return last;
    }

    private static @Nullable RunState state(String line, @Nullable RunState before) {
        try {
            return RunJson.LINES.readValue(line, RunEvent.class) instanceof RunEvent.StateChange change
                    ? change.state()
                    : before;
        } catch (JacksonException _) {
            return before; // torn by the end of its writer, or of a newer program
        }
    }

    private static String end(Path events) throws IOException {
        try (FileChannel channel = FileChannel.open(events, StandardOpenOption.READ)) {
            ByteBuffer end = ByteBuffer.allocate((int) Math.min(END_BYTES, channel.size()));
            channel.read(end, channel.size() - end.capacity());
            return new String(end.array(), 0, end.position(), StandardCharsets.UTF_8);
        }
    }
}
