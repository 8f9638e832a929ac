package dev.gantry.zoo.model;

import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/// SHA-256 of a whole file.
public final class FileDigest {
    private static final int PIECE_BYTES = 1 << 20;

    private FileDigest() {}

    /// In hex.
    public static String sha256(Path file, Progress progress) throws IOException {
        MessageDigest digest = Fingerprint.sha256();
        ByteBuffer buffer = ByteBuffer.allocate(PIECE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                ProgressTask task =
                        progress.start("reading " + file.getFileName(), channel.size(), ProgressUnit.BYTES)) {
            while (channel.read(buffer.clear()) >= 0) {
                progress.throwIfCancelled();
                digest.update(buffer.flip());
                task.update(channel.position());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
