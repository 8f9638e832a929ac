package dev.gantry.zoo.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Writes bytes and takes their SHA-256 on the way.
final class DigestedOutput {
    private final FileChannel channel;
    private final MessageDigest digest;
    private long bytes;

    DigestedOutput(FileChannel channel) {
        this.channel = channel;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void write(ByteBuffer buffer) throws IOException {
        bytes += buffer.remaining();
        digest.update(buffer.duplicate());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    long bytes() {
        return bytes;
    }

    byte[] digest() {
        return digest.digest();
    }
}
