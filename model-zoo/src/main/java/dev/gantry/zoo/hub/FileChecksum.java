package dev.gantry.zoo.hub;

import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.zoo.model.FileDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Holds a file against what the hub says of it: SHA-256 of large files, Git's own hash of small ones.
final class FileChecksum {
    /// A small file is one that Git keeps itself; the hub takes none of more than 10 MB there.
    private static final long MOST_SMALL_BYTES = 64L << 20;

    private FileChecksum() {}

    static boolean matches(HubFile file, Path at, Progress progress) throws IOException {
        String sha256 = file.sha256();
        if (sha256 != null) {
            return FileDigest.sha256(at, new Unseen(progress)).equals(sha256);
        }
        String sha1 = file.gitSha1();
        return sha1 == null
                || file.bytes() > MOST_SMALL_BYTES
                || gitSha1(Files.readAllBytes(at)).equals(sha1);
    }

    /// Git hashes `blob`, a blank, the size, a zero byte, and the content.
    static String gitSha1(byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /// Can be stopped and shows nothing: the bar is that of the download.
    private record Unseen(Progress stop) implements Progress {
        @Override
        public ProgressTask start(String label, long total, ProgressUnit unit) {
            return Progress.silent().start(label, total, unit);
        }

        @Override
        public boolean cancelled() {
            return stop.cancelled();
        }
    }
}
