package dev.gantry.lora.data.tokens;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// SHA-256 over everything that tokenised data depends on.
public record CacheKey(String hex) {
    static final int BYTES = 32;

    /// Key of a data file encoded in one way.
    ///
    /// @param settings everything else that changes the outcome, each under its name
    static CacheKey of(Path data, TargetModel target, String settings) throws IOException {
        MessageDigest digest = sha256();
        addText(digest, "tokens version " + TokenFile.VERSION);
        addFile(digest, data);
        addText(digest, target.tokenizerFingerprint());
        addText(digest, target.template().source());
        addText(digest, settings);
        return new CacheKey(HexFormat.of().formatHex(digest.digest()));
    }

    /// One fingerprint of several files, in the order given; absent ones count as absent.
    public static String ofFiles(List<Path> files) throws IOException {
        MessageDigest digest = sha256();
        for (Path file : files) {
            addText(digest, String.valueOf(file.getFileName()));
            if (Files.isRegularFile(file)) {
                addFile(digest, file);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    private static void addFile(MessageDigest digest, Path file) throws IOException {
        addText(digest, Long.toString(Files.size(file)));
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
    }

    private static void addText(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // the length keeps "ab" + "c" apart from "a" + "bc"
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
