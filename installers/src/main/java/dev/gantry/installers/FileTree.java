package dev.gantry.installers;

import dev.gantry.engine.progress.Progress;
import dev.gantry.zoo.model.FileDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// A folder that is made to be packaged.
final class FileTree {
    private FileTree() {}

    /// Every file and link in it, in the order of their names.
    static List<Path> files(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    /// The lines of `sha256sum` for all files, by which two builds are compared; links are followed.
    static String listing(Path root) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Path file : files(root)) {
            lines.append(FileDigest.sha256(file, Progress.silent()))
                    .append("  ")
                    .append(root.relativize(file).toString().replace('\\', '/'))
                    .append('\n');
        }
        return lines.toString();
    }

    /// MD5, as Debian's packages list it.
    static String md5(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Gives every file and folder one time and the rights that everybody has of what is installed; links are left.
    static void settle(Path root, Instant time) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                if (!Files.isSymbolicLink(path)) {
                    settleOne(path, FileTime.from(time));
                }
            }
        }
    }

    private static void settleOne(Path path, FileTime time) throws IOException {
        if (Files.getFileAttributeView(path, PosixFileAttributeView.class) != null) {
            boolean program = Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE)
                    && !path.toString().endsWith(".jar");
            boolean run = program || Files.isDirectory(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(run ? "rwxr-xr-x" : "rw-r--r--"));
        }
        Files.setLastModifiedTime(path, time);
    }

    static long bytes(Path root) throws IOException {
        long sum = 0;
        for (Path file : files(root)) {
            sum += Files.isSymbolicLink(file) ? 0 : Files.size(file);
        }
        return sum;
    }

    /// Copies a folder with its times, rights and links.
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                Files.createDirectories(target.toAbsolutePath().getParent());
                Files.copy(path, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /// Removes the folder and what is in it; does nothing when there is none.
    static void delete(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
