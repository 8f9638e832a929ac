package dev.gantry.lora.run;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The folder of one run, held by the one process that trains in it.
public final class RunFolder implements AutoCloseable {
    /// Name of the file with the run's complete settings.
    public static final String CONFIG_FILE = "config.json";

    /// Name of the file with the outcome of a finished run.
    public static final String REPORT_FILE = "report.json";

    private final Path path;
    private final FileChannel lockFile;
    private final CommandBox commands;
    private final Heartbeat heartbeat;

    private RunFolder(Path path) throws IOException {
        this.path = path;
        this.lockFile = FileChannel.open(path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException _) {
            lock = null; // held by this very process
        }
        if (lock == null) {
            throw GantryException.environment(
                    "RUN-IN-USE",
                    "cannot train in " + path,
                    "another process is training there",
                    "Wait for it or stop it first.");
        }
    }

    /// Makes the folder of a new run.
    public static RunFolder create(Path path) throws IOException {
        if (Files.exists(path.resolve(CONFIG_FILE))) {
            throw GantryException.usage(
                    "RUN-EXISTS",
                    "cannot start a run in " + path,
                    "there is a run in it already",
                    "Resume it with gantry resume, or choose another folder.");
        }
        Files.createDirectories(path);
        return new RunFolder(path);
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
        return new RunFolder(path);
    }

    public Path path() {
        return path;
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
        } finally {
            lockFile.close(); // and with it the lock
        }
    }
}
