package dev.gantry.app.server;

import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/// The key of this home's server: made once, kept where only its owner reads it, so that programs are told it once.
public final class ServerKey {
    private static final String FILE = "server.key";
    private static final String PREFIX = "gantry-";
    private static final int BYTES = 24;

    private ServerKey() {}

    /// The key, made at first use and whenever the kept one is not whole.
    public static String of(GantryHome home) throws IOException {
        Path file = home.folder().resolve(FILE);
        if (Files.isRegularFile(file)) {
            String kept = Files.readString(file).strip();
            if (kept.length() == PREFIX.length() + 2 * BYTES && kept.startsWith(PREFIX)) {
                return kept;
            }
        }
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String key = PREFIX + HexFormat.of().formatHex(random);
        Files.createDirectories(home.folder());
        Files.deleteIfExists(file);
        createForOwner(file);
        Files.writeString(file, key + "\n");
        return key;
    }

    /// Empty, and closed to others before anything is in it; Windows closes a user's folder to others by itself.
    private static void createForOwner(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
    }
}
