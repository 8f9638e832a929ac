package dev.gantry.lora.data.tokens;

import dev.gantry.zoo.checkpoint.DurableFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Writes a {@link TokenFile} row by row under a temporary name; it takes its own name only when it is whole.
final class TokenFileWriter implements Closeable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Path target;
    private final Path temporary;
    private final CacheKey key;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private long[] index = new long[1 << 10];
    private int rows;
    private long tokens;
    private long rowStart;

    TokenFileWriter(Path target, CacheKey key) throws IOException {
        this.target = target;
        this.key = key;
        Path folder = target.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        this.temporary = Files.createTempFile(folder, "tokens-", ".part");
        this.channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
        channel.position(TokenFile.HEADER_BYTES);
    }

    /// Adds tokens to the current row.
    void append(TokenizedRow part) throws IOException {
        int[] ids = part.ids();
        for (int i = 0; i < ids.length; i++) {
            putInt(part.trained().get(i) ? ids[i] | TokenFile.TRAINED_BIT : ids[i]);
        }
        tokens += ids.length;
    }

    /// Ends the current row, which may be empty of tokens; then it is none.
    void endRow(long sourceNumber) {
        if (tokens == rowStart) {
            return;
        }
        if (2 * rows == index.length) {
            index = Arrays.copyOf(index, Math.multiplyExact(index.length, 2));
        }
        index[2 * rows] = rowStart;
        index[2 * rows + 1] = sourceNumber;
        rows++;
        rowStart = tokens;
    }

    /// Completes the file and moves it to its place.
    void finish(String summary) throws IOException {
        for (int i = 0; i < 2 * rows; i++) {
            putLong(index[i]);
        }
        byte[] text = summary.getBytes(StandardCharsets.UTF_8);
        for (byte b : text) {
            room(1);
            buffer.put(b);
        }
        flush();
        writeHeader(text.length);
        channel.force(true);
        channel.close();
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = target.toAbsolutePath().getParent();
        if (folder != null) {
            DurableFile.forceFolder(folder);
        }
    }

    private void writeHeader(long summaryBytes) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(TokenFile.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(TokenFile.MAGIC).putInt(TokenFile.VERSION).putInt(0).put(key.bytes());
        header.putLong(rows).putLong(tokens).putLong(summaryBytes);
        crc.update(header.array(), 0, TokenFile.CRC_OFFSET);
        header.putLong(crc.getValue()).flip();
        long at = 0;
        while (header.hasRemaining()) {
            at += channel.write(header, at);
        }
    }

    private void putInt(int value) throws IOException {
        room(Integer.BYTES);
        buffer.putInt(value);
    }

    private void putLong(long value) throws IOException {
        room(Long.BYTES);
        buffer.putLong(value);
    }

    private void room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        crc.update(buffer.duplicate());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /// Ends writing; a file that was not finished is deleted.
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }
}
