package dev.gantry.zoo.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Locks on whole files, of which the system lets go when their process ends, however it ends.
public final class FileLocks {
    private FileLocks() {}

    /// Locks a file without waiting; null when another process has it, or another part of this one.
    public static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // held by this very process
        }
    }

    /// Says whose lock it is, in a file beside it, because Windows lets nobody read a locked file.
    public static void signHolder(Path pidFile) throws IOException {
        Files.writeString(pidFile, Long.toString(ProcessHandle.current().pid()));
    }

    /// The process id of who signed there, or `unknown`.
    public static String holder(Path pidFile) throws IOException {
        try {
            return Files.readString(pidFile).strip();
        } catch (NoSuchFileException _) {
            return "unknown";
        }
    }
}
