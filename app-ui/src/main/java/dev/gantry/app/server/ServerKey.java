package dev.gantry.app.server;

import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The key of this home's server: made once, kept where only its owner reads it, so that programs are told it once.
public final class ServerKey {
    private static final System.Logger LOG = System.getLogger(ServerKey.class.getName());
    private static final String FILE = "server.key";
    private static final String PREFIX = "gantry-";
    private static final int BYTES = 24;

    private ServerKey() {}

    /// The key, made at first use and whenever the kept one is not whole.
    public static String of(GantryHome home) throws IOException {
        String kept = read(home);
        return kept == null ? renew(home) : kept;
    }

    /// Another key, which counts at once for every server of this home that asks for the home's key.
    public static String renew(GantryHome home) throws IOException {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String key = PREFIX + HexFormat.of().formatHex(random);
        Path file = home.folder().resolve(FILE);
        Path made = home.folder().resolve(FILE + ".new");
        Files.createDirectories(home.folder());
        Files.deleteIfExists(made);
        createForOwner(made);
        Files.writeString(made, key + "\n");
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return key;
    }

    /// The key that is kept now; null where there is none.
    public static @Nullable String current(GantryHome home) {
        try {
            return read(home);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the key of the server cannot be read", e);
            return null;
        }
    }

    private static @Nullable String read(GantryHome home) throws IOException {
        Path file = home.folder().resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        String kept = Files.readString(file).strip();
        return kept.length() == PREFIX.length() + 2 * BYTES && kept.startsWith(PREFIX) ? kept : null;
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
