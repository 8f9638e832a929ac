package dev.gantry.lora.data.tokens;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Says that a process uses a cached file: an empty file beside it, `NAME.PID-START-NUMBER.use`.
///
/// Unlike a lock of the system it works between two runs in one process as well. One that a killed process left
/// behind is told by its process: no other has its number *and* its start.
final class CacheLease implements Closeable {
    private static final Pattern NAME = Pattern.compile("(.+\\.tokens)\\.(\\d+)-(\\d+)-\\d+\\.use");
    /// The system counts starts from its own, whose time moves a little when the clock is set.
    private static final long TOLERANCE_MILLIS = 10_000;

    private static final AtomicLong NUMBER = new AtomicLong();

    private final @Nullable Path file;

    private CacheLease(@Nullable Path file) {
        this.file = file;
    }

    /// Takes a lease on `tokens`, which need not exist yet.
    static CacheLease on(Path tokens) throws IOException {
        Files.createDirectories(tokens.toAbsolutePath().resolveSibling("."));
        ProcessHandle self = ProcessHandle.current();
        Path file = tokens.resolveSibling(
                tokens.getFileName() + "." + self.pid() + "-" + start(self) + "-" + NUMBER.incrementAndGet() + ".use");
        try {
            return new CacheLease(Files.createFile(file));
        } catch (FileAlreadyExistsException e) {
            throw new IllegalStateException("a lease was given twice: " + file, e);
        } catch (IOException _) {
            // a folder that nobody can write to is one that nobody can clean
            return new CacheLease(null);
        }
    }

    /// The name of the cached file that the lease `name` is for, while its process lives.
    static Optional<String> usedBy(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long start = Long.parseLong(parts.group(3));
        return ProcessHandle.of(Long.parseLong(parts.group(2)))
                .filter(ProcessHandle::isAlive)
                .filter(process -> Math.abs(start(process) - start) <= TOLERANCE_MILLIS)
                .map(_ -> parts.group(1));
    }

    static boolean isLease(String name) {
        return NAME.matcher(name).matches();
    }

    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
