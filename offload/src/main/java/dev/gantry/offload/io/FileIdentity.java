package dev.gantry.offload.io;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which file a path meant when it was opened, to notice that it was replaced, cut off or written to since.
///
/// @param key what the system calls the file, such as device and inode; none on systems without such a name
public record FileIdentity(
        Path path, long bytes, FileTime modified, @Nullable Object key) {
    public static FileIdentity of(Path path) throws IOException {
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new FileIdentity(path, attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
    }

    /// Compares with what the path means now.
    ///
    /// @throws GantryException `FILE-CHANGED` when it is not the same file with the same content
    public void check() {
        FileIdentity now = now();
        requireSamePlace(now);
        if (!now.modified.equals(modified)) {
            throw IoFault.changed(path, "it was written to");
        }
    }

    /// As above for a file that we write to ourselves: its content is ours to change, its name and size are not.
    public void checkPlace() {
        requireSamePlace(now());
    }

    private FileIdentity now() {
        try {
            return of(path);
        } catch (NoSuchFileException e) {
            throw IoFault.changed(path, "it was deleted").causedBy(e);
        } catch (IOException e) {
            throw IoFault.changed(path, "it became unreadable (" + e.getMessage() + ")")
                    .causedBy(e);
        }
    }

    private void requireSamePlace(FileIdentity now) {
        if (now.bytes != bytes) {
            throw IoFault.changed(path, "its size went from %,d to %,d bytes".formatted(bytes, now.bytes));
        }
        if (!Objects.equals(now.key, key)) {
            throw IoFault.changed(path, "it was replaced by another file");
        }
    }
}
