package dev.gantry.lora.run;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.checkpoint.FileLocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The folder of one run, held by the one process that trains in it.
public final class RunFolder implements AutoCloseable {
    /// Name of the file with the run's complete settings.
    public static final String CONFIG_FILE = "config.json";

    /// Name of the file with the outcome of a finished run.
    public static final String REPORT_FILE = "report.json";

    private static final String LOCK_FILE = ".lock";

    private final Path path;
    private final Origin origin;
    private final FileChannel lockFile;
    private final CommandBox commands;
    private final Heartbeat heartbeat;

    /// Where the folder came from.
    private enum Origin {
        /// There was none: it was made for a run that has yet to begin.
        MADE,
        /// It was there for a run that has yet to begin, with whatever else lies in it.
        FOUND,
        /// A run has begun in it before.
        BEGUN
    }

    private RunFolder(Path path, Origin origin) throws IOException {
        this.path = path;
        this.origin = origin;
        this.lockFile = FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            lock(path, lockFile);
            this.commands = CommandBox.openEmpty(path);
            this.heartbeat = Heartbeat.start(path);
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    private static void lock(Path path, FileChannel file) throws IOException {
        if (FileLocks.tryLock(file) == null) {
            throw GantryException.environment(
                    "RUN-IN-USE",
                    "cannot train in " + path,
                    "another process is training there",
                    "Wait for it or stop it first.");
        }
    }

    /// Makes the folder of a new run. Closed before the run has {@link #begin begun}, it leaves nothing behind.
    public static RunFolder create(Path path) throws IOException {
        if (Files.exists(path.resolve(CONFIG_FILE))) {
            throw GantryException.usage(
                    "RUN-EXISTS",
                    "cannot start a run in " + path,
                    "there is a run in it already",
                    "Resume it with gantry resume, or choose another folder.");
        }
        Origin origin = Files.isDirectory(path) ? Origin.FOUND : Origin.MADE;
        Files.createDirectories(path);
        return new RunFolder(path, origin);
    }

    /// Opens the folder of a run that was started.
    public static RunFolder open(Path path) throws IOException {
        if (!Files.isRegularFile(path.resolve(CONFIG_FILE))) {
            throw GantryException.badInput(
                    "RUN-MISSING",
                    "cannot open the run " + path,
                    "there is no " + CONFIG_FILE + " in it",
                    "Give the folder of a run; gantry train makes them.");
        }
        return new RunFolder(path, Origin.BEGUN);
    }

    public Path path() {
        return path;
    }

    /// Writes the settings of a run that is ready to train, unless it has begun before: from now on it can be resumed,
    /// and no other begins here.
    public void begin(String settings) throws IOException {
        if (origin != Origin.BEGUN) {
            DurableFiles.write(configFile(), settings);
        }
    }

    public Path configFile() {
        return path.resolve(CONFIG_FILE);
    }

    public Path eventsFile() {
        return path.resolve(EventLog.FILE_NAME);
    }

    public Path samples() {
        return path.resolve("samples");
    }

    public Path reportFile() {
        return path.resolve(REPORT_FILE);
    }

    /// What people ask of the run while it goes on.
    public CommandBox commands() {
        return commands;
    }

    public CheckpointStore checkpoints() {
        return new CheckpointStore(path);
    }

    @Override
    public void close() throws IOException {
        try {
            commands.clear();
            heartbeat.close();
            if (origin != Origin.BEGUN && Files.notExists(configFile())) {
                deleteTraces();
            }
        } finally {
            lockFile.close(); // and with it the lock
        }
    }

    /// Deletes what this object made; of the rest nothing.
    private void deleteTraces() throws IOException {
        DurableFiles.deleteLeftovers(path);
        if (Files.exists(eventsFile()) && Files.size(eventsFile()) == 0) {
            Files.delete(eventsFile());
        }
        commands.delete();
        Files.deleteIfExists(path.resolve(LOCK_FILE));
        if (origin == Origin.MADE) {
            DurableFiles.deleteIfEmpty(path);
        }
    }
}
