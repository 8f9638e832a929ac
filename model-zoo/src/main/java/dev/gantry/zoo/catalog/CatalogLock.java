package dev.gantry.zoo.catalog;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.checkpoint.FileLocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// One process at a time uses the catalog; the system lets go of the lock when that process ends, however it ends.
final class CatalogLock implements AutoCloseable {
    private static final long RETRY_NANOS = 50_000_000L;

    private final FileChannel channel;

    private CatalogLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the lock, waiting at most `patience` for another process to end.
    static CatalogLock take(Path folder, Duration patience) throws IOException {
        Path pidFile = folder.resolve("catalog.pid");
        var channel =
                FileChannel.open(folder.resolve("catalog.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            long start = System.nanoTime();
            while (FileLocks.tryLock(channel) == null) {
                if (System.nanoTime() - start > patience.toNanos()) {
                    throw inUse(folder, pidFile);
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
            FileLocks.signHolder(pidFile);
            return new CatalogLock(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static GantryException inUse(Path folder, Path pidFile) throws IOException {
        return GantryException.environment(
                "CATALOG-IN-USE",
                "cannot open the catalog in " + folder,
                "another Gantry process (" + FileLocks.holder(pidFile) + ") is using it",
                "wait until it has finished, or close it; a second catalog needs its own GANTRY_HOME");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
