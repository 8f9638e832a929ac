package dev.gantry.lora.data.tokens;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Keeps a folder of cached tokens within its limits: what was not used for longest goes first, what is in use stays.
///
/// The time of the last use is the file's time of change. Files of other names are left alone.
record CacheCleaning(Path folder, CacheLimits limits) {
    private static final Pattern TOKENS = Pattern.compile("[0-9a-f]{32}\\.tokens");
    private static final Pattern UNFINISHED = Pattern.compile("tokens-\\d+\\.part");
    /// A file that is being written changes every few seconds.
    private static final Duration ABANDONED = Duration.ofDays(1);

    private record Cached(Path path, long bytes, Instant lastUse) {}

    void run(Instant now) throws IOException {
        Set<String> used = new HashSet<>();
        List<Cached> cached = new ArrayList<>();
        for (Path file : list()) {
            String name = String.valueOf(file.getFileName());
            if (CacheLease.isLease(name)) {
                CacheLease.usedBy(name).ifPresentOrElse(used::add, () -> delete(file));
            } else if (TOKENS.matcher(name).matches()) {
                cached.add(new Cached(file, Files.size(file), lastChange(file)));
            } else if (UNFINISHED.matcher(name).matches()
                    && lastChange(file).plus(ABANDONED).isBefore(now)) {
                delete(file);
            }
        }
        cached.sort(Comparator.comparing(Cached::lastUse));
        long bytes = cached.stream().mapToLong(Cached::bytes).sum();
        for (Cached file : cached) {
            boolean old = file.lastUse.plus(limits.age()).isBefore(now);
            boolean inUse = used.contains(String.valueOf(file.path.getFileName()));
            if ((old || bytes > limits.bytes()) && !inUse && delete(file.path)) {
                bytes -= file.bytes;
            }
        }
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static Instant lastChange(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant();
    }

    /// False when it stays: another process was quicker, or the system lets nobody delete a file that is open.
    private static boolean delete(Path file) {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException _) {
            return false;
        }
    }
}
