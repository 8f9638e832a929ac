package dev.gantry.offload.io;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Room on a disk for bytes that nobody needs after the process: set aside in full, gone however the process ends.
public final class ScratchFile {
    private static final String PREFIX = ".gantry-scratch-";

    private ScratchFile() {}

    /// Sets `bytes` aside in `folder`, which is made when it is missing.
    ///
    /// @throws GantryException `DISK-FULL` when there is no such room
    public static BlockFile create(Path folder, long bytes) throws IOException {
        Files.createDirectories(folder);
        sweep(folder);
        Path path =
                Files.createTempFile(folder, PREFIX + ProcessHandle.current().pid() + "-", ".tmp");
        try {
            DiskSpace.reserve(path, AlignedSpan.roundUp(bytes));
            return BlockFile.open(path, BlockFile.Use.SCRATCH);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /// Deletes what a process left that was killed between making its file and unlinking it.
    private static void sweep(Path folder) throws IOException {
        List<Path> left;
        try (Stream<Path> inside = Files.list(folder)) {
            left = inside.filter(ScratchFile::isAbandoned).toList();
        }
        for (Path file : left) {
            Files.deleteIfExists(file);
        }
    }

    private static boolean isAbandoned(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!name.matches("\\.gantry-scratch-\\d{1,18}-\\d+\\.tmp")) {
            return false;
        }
        String rest = name.substring(PREFIX.length());
        long pid = Long.parseLong(rest.substring(0, rest.indexOf('-')));
        return ProcessHandle.of(pid).isEmpty();
    }
}
