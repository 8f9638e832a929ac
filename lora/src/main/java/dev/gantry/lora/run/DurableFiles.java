package dev.gantry.lora.run;

import dev.gantry.zoo.checkpoint.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Files and folders that are there in full or not at all, whenever the process or the machine stops: written under a
/// temporary name, forced to the disk, renamed, and the folder forced too.
public final class DurableFiles {
    /// What temporary names begin with; whatever carries it may be deleted.
    public static final String TEMPORARY_PREFIX = ".tmp-";

    private DurableFiles() {}

    /// Writes or replaces a small file.
    public static void write(Path file, String text) throws IOException {
        Path temporary = temporary(file);
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException failure) {
            throw DurableFile.naming(file, failure);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        DurableFile.forceFolder(parent(file));
    }

    /// The name under which `target` is built before it is published.
    public static Path temporary(Path target) {
        return target.resolveSibling(TEMPORARY_PREFIX + target.getFileName());
    }

    /// Forces everything in a finished temporary folder to the disk and gives it its name.
    public static void publishFolder(Path temporary, Path target) throws IOException {
        List<Path> files;
        try (Stream<Path> inside = Files.walk(temporary)) {
            files = inside.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
        DurableFile.forceFolder(temporary);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        DurableFile.forceFolder(parent(target));
    }

    /// Deletes a folder so that a half-deleted one is never taken for a whole one: it is renamed first.
    public static void deleteFolder(Path folder) throws IOException {
        Path doomed = folder;
        if (!String.valueOf(folder.getFileName()).startsWith(TEMPORARY_PREFIX)) {
            doomed = temporary(folder);
            deleteTree(doomed);
            Files.move(folder, doomed, StandardCopyOption.ATOMIC_MOVE);
        }
        deleteTree(doomed);
    }

    /// Deletes what an interrupted process left under temporary names directly inside `folder`.
    public static void deleteLeftovers(Path folder) throws IOException {
        List<Path> leftovers;
        try (Stream<Path> inside = Files.list(folder)) {
            leftovers = inside.filter(path -> String.valueOf(path.getFileName()).startsWith(TEMPORARY_PREFIX))
                    .toList();
        }
        for (Path leftover : leftovers) {
            deleteTree(leftover);
        }
    }

    /// Deletes a folder with nothing in it.
    public static void deleteIfEmpty(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            if (inside.findAny().isPresent()) {
                return;
            }
        }
        Files.delete(folder);
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static Path parent(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException(path + " is the root of a file system");
        }
        return parent;
    }
}
