package dev.gantry.zoo.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes files that are either there as a whole or not at all, also after a power cut.
public final class DurableFile {
    private DurableFile() {}

    /// What goes into a file.
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    /// Writes a temporary file beside `file`, forces it to disk and renames it, replacing what was there.
    ///
    /// @throws IOException which names `file` also where the system's own error names none, as that of a full disk
    public static void write(Path file, Content content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        boolean complete = false;
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            complete = true;
        } catch (IOException failure) {
            throw naming(file, failure);
        } finally {
            if (!complete) {
                Files.deleteIfExists(temporary);
            }
        }
        forceFolder(file.toAbsolutePath().resolveSibling("."));
    }

    /// Writes or replaces a file that holds `bytes`.
    public static void write(Path file, byte[] bytes) throws IOException {
        write(file, channel -> {
            for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
                channel.write(rest);
            }
        });
    }

    /// Writes or replaces a file of UTF-8 text.
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Copies `from` to `to`, replacing what was there.
    public static void copy(Path from, Path to) throws IOException {
        write(to, out -> {
            try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
                for (long at = 0; at < in.size(); ) {
                    at += in.transferTo(at, in.size() - at, out);
                }
            }
        });
    }

    /// The failure with the name of the file it happened to.
    public static IOException naming(Path file, IOException failure) {
        if (failure instanceof FileSystemException) {
            return failure;
        }
        FileSystemException named = new FileSystemException(file.toString(), null, failure.getMessage());
        named.initCause(failure);
        return named;
    }

    /// Makes renames inside `folder` durable. Windows cannot open folders and writes their entries through anyway.
    public static void forceFolder(Path folder) throws IOException {
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
