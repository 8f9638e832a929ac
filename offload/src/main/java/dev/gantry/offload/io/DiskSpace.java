package dev.gantry.offload.io;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Sets room on a disk aside before the work that needs it begins, and tells when a disk is full.
public final class DiskSpace {
    private static final long ZEROS_AT_ONCE = 4L << 20;

    private DiskSpace() {}

    /// Makes `file` hold at least `bytes` bytes that are already paid for; what it holds now stays.
    ///
    /// @throws GantryException `DISK-FULL` when there is no such room
    public static void reserve(Path file, long bytes) throws IOException {
        long missing = bytes - (Files.exists(file) ? Files.size(file) : 0);
        if (missing <= 0) {
            return;
        }
        Path folder = file.toAbsolutePath().resolveSibling(".").normalize();
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < missing) {
            throw IoFault.noRoom(folder, missing, free);
        }
        if (Files.notExists(file)) {
            Files.createFile(file);
        }
        switch (FileAllocation.allocate(file, bytes)) {
            case DONE -> {}
            case FULL -> throw IoFault.noRoom(folder, missing, free);
            case UNAVAILABLE -> fill(file, bytes);
        }
    }

    /// Whether the system's words for a failed write say so: the JDK has no type of its own for it.
    public static boolean isFull(@Nullable String reason) {
        String words = String.valueOf(reason).toLowerCase(Locale.ROOT);
        return words.contains("no space") || words.contains("not enough space") || words.contains("quota");
    }

    /// Where the system has no call for it, zeros do.
    static void fill(Path path, long bytes) throws IOException {
        try (Arena arena = Arena.ofConfined();
                BlockFile file = BlockFile.open(path, BlockFile.Use.WRITE)) {
            MemorySegment zeros = arena.allocate(ZEROS_AT_ONCE, BlockFile.ALIGNMENT_BYTES);
            // a crooked end is read and written again with the zeros behind it
            long at = file.size() - file.size() % BlockFile.ALIGNMENT_BYTES;
            if (at < file.size()) {
                MemorySegment end = arena.allocate(BlockFile.ALIGNMENT_BYTES, BlockFile.ALIGNMENT_BYTES);
                file.read(at, end, file.size() - at);
                file.write(at, end);
                at += BlockFile.ALIGNMENT_BYTES;
            }
            for (; at < bytes; at += ZEROS_AT_ONCE) {
                file.write(at, zeros.asSlice(0, Math.min(ZEROS_AT_ONCE, AlignedSpan.roundUp(bytes - at))));
            }
            file.force();
        }
    }
}
