package dev.gantry.offload.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Gives a finished file its name in one step, which lasts also when the machine stops right afterwards.
public final class DurableRename {
    private DurableRename() {}

    /// The name under which `file` is made, beside it.
    public static Path temporary(Path file) {
        return file.resolveSibling(".tmp-" + file.getFileName());
    }

    /// Renames a file that was forced to the disk and closed; replaces what had the name.
    public static void publish(Path temporary, Path file) throws IOException {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return; // which cannot open folders, and writes their entries through
        }
        Path folder = file.toAbsolutePath().resolveSibling(".");
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
