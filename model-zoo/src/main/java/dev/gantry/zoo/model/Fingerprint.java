package dev.gantry.zoo.model;

import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Tells models apart in milliseconds: SHA-256 over config, tensor table, file sizes and a few samples of each file.
final class Fingerprint {
    private static final int SAMPLES = 16;
    private static final int SAMPLE_BYTES = 4096;

    private Fingerprint() {}

    static String of(Path config, Checkpoint checkpoint) throws IOException {
        MessageDigest digest = sha256();
        digest.update(Files.readAllBytes(config));
        for (TensorInfo entry : checkpoint.tensors().values()) {
            String line = entry.name() + ' ' + entry.dtype() + ' ' + entry.shape() + '\n';
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        for (Path file : checkpoint.files()) {
            sample(file, digest);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void sample(Path file, MessageDigest digest) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long bytes = channel.size();
            digest.update((file.getFileName() + " " + bytes + '\n').getBytes(StandardCharsets.UTF_8));
            ByteBuffer buffer = ByteBuffer.allocate(SAMPLE_BYTES);
            long last = Math.max(0, bytes - SAMPLE_BYTES);
            for (int i = 0; i < SAMPLES; i++) {
                channel.read(buffer.clear(), last / (SAMPLES - 1) * i);
                digest.update(buffer.flip());
            }
            channel.read(buffer.clear(), last);
            digest.update(buffer.flip());
        }
    }
}
