package dev.gantry.lora.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// Where a run takes commands from: the folder `control` in its own, in which each command is an empty file.
///
/// The name says everything, so a command is there or it is not; names sort by the time of sending. No pipe ties the
/// run to who started it: any process that may write the folder can send, whenever it comes.
public final class CommandBox {
    /// Name of the folder inside a run's.
    public static final String FOLDER = "control";

    private static final AtomicLong LAST_MICROS = new AtomicLong();

    private final Path folder;

    private CommandBox(Path folder) {
        this.folder = folder;
    }

    /// The box of a run, emptied: what was asked of an earlier process does not bind the next.
    static CommandBox openEmpty(Path run) throws IOException {
        CommandBox box = new CommandBox(run.resolve(FOLDER));
        Files.createDirectories(box.folder);
        box.clear();
        return box;
    }

    /// Sends a command to whoever trains in a run's folder.
    public static void send(Path run, RunCommand command) throws IOException {
        Path folder = run.resolve(FOLDER);
        Files.createDirectories(folder);
        long now = System.currentTimeMillis() * 1000;
        long micros = LAST_MICROS.updateAndGet(last -> Math.max(last + 1, now));
        String name = String.format(
                Locale.ROOT, "%020d-%d.%s", micros, ProcessHandle.current().pid(), command.word());
        Files.createFile(folder.resolve(name));
    }

    /// Takes what was sent since the last time, oldest first. What is no command is thrown away.
    public List<RunCommand> take() throws IOException {
        String[] names = folder.toFile().list();
        if (names == null || names.length == 0) {
            return List.of();
        }
        Arrays.sort(names);
        List<RunCommand> commands = new ArrayList<>();
        for (String name : names) {
            Files.deleteIfExists(folder.resolve(name));
            RunCommand.of(name.substring(name.lastIndexOf('.') + 1)).ifPresent(commands::add);
        }
        return commands;
    }

    /// Throws away what was sent and not taken.
    void clear() throws IOException {
        String[] names = folder.toFile().list();
        for (String name : names == null ? new String[0] : names) {
            Files.deleteIfExists(folder.resolve(name));
        }
    }

    /// Takes the box away, if it is empty.
    void delete() throws IOException {
        DurableFiles.deleteIfEmpty(folder);
    }
}
