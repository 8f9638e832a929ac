package dev.gantry.lora.data.tokens;

import dev.gantry.lora.data.source.DataException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32C;

/// Tokenised rows in a memory-mapped file of our own format, little-endian:
///
/// | bytes | what |
/// |---|---|
/// | 8 | `GNTRYTOK` |
/// | 4, 4 | version, zero |
/// | 32 | key: SHA-256 of everything the tokens depend on |
/// | 8, 8, 8 | number of rows, of tokens, of summary bytes |
/// | 8 | CRC-32C of all that follows, then of the header before this field |
/// | 4 each | tokens: the id, with the sign bit set when the token is trained |
/// | 8, 8 each row | first token, line or row number in the source |
/// | | summary, JSON |
public final class TokenFile implements AutoCloseable {
    static final int VERSION = 1;
    static final byte[] MAGIC = "GNTRYTOK".getBytes(StandardCharsets.US_ASCII);
    static final int HEADER_BYTES = 80;
    static final int CRC_OFFSET = 72;
    static final int INDEX_ENTRY_BYTES = 16;
    static final int TRAINED_BIT = 1 << 31;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long CHECK_BLOCK_BYTES = 1 << 22;

    private final Arena arena;
    private final MemorySegment all;
    private final long rows;
    private final long tokens;
    private final long indexOffset;
    private final long summaryOffset;

    private TokenFile(Arena arena, MemorySegment all) {
        this.arena = arena;
        this.all = all;
        this.rows = all.get(LONG, 48);
        this.tokens = all.get(LONG, 56);
        this.indexOffset = HEADER_BYTES + tokens * Integer.BYTES;
        this.summaryOffset = indexOffset + rows * INDEX_ENTRY_BYTES;
    }

    /// Opens a file and checks all of it.
    ///
    /// @throws DataException when it is damaged, of another version or of another key
    public static TokenFile open(Path path, CacheKey key) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            check(path, all, key);
            return new TokenFile(arena, all);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static void check(Path path, MemorySegment all, CacheKey key) throws DataException {
        if (all.byteSize() < HEADER_BYTES) {
            throw damaged(path, "it is shorter than its header");
        }
        if (!Arrays.equals(all.asSlice(0, 8).toArray(ValueLayout.JAVA_BYTE), MAGIC)) {
            throw damaged(path, "it is no file of tokens");
        }
        if (all.get(INT, 8) != VERSION) {
            throw damaged(path, "its version is " + all.get(INT, 8) + ", expected " + VERSION);
        }
        if (!Arrays.equals(all.asSlice(16, CacheKey.BYTES).toArray(ValueLayout.JAVA_BYTE), key.bytes())) {
            throw damaged(path, "it was made from other data");
        }
        long rows = all.get(LONG, 48);
        long tokens = all.get(LONG, 56);
        long summary = all.get(LONG, 64);
        boolean plausible = rows >= 0 && tokens >= 0 && summary >= 0 && rows < 1L << 40 && tokens < 1L << 50;
        if (!plausible
                || HEADER_BYTES + tokens * Integer.BYTES + rows * INDEX_ENTRY_BYTES + summary != all.byteSize()) {
            throw damaged(path, "its length does not fit its header");
        }
        if (checksum(all) != all.get(LONG, CRC_OFFSET)) {
            throw damaged(path, "its checksum is wrong");
        }
    }

    private static long checksum(MemorySegment all) {
        CRC32C crc = new CRC32C();
        for (long at = HEADER_BYTES; at < all.byteSize(); at += CHECK_BLOCK_BYTES) {
            long count = Math.min(CHECK_BLOCK_BYTES, all.byteSize() - at);
            crc.update(all.asSlice(at, count).asByteBuffer());
        }
        crc.update(all.asSlice(0, CRC_OFFSET).asByteBuffer());
        return crc.getValue();
    }

    private static DataException damaged(Path path, String why) {
        return new DataException("DATA-CACHE", "cannot use " + path, why, "Delete it; it is made again when needed.");
    }

    public int rowCount() {
        return Math.toIntExact(rows);
    }

    public long tokenCount() {
        return tokens;
    }

    public long start(int row) {
        return row == rows ? tokens : all.get(LONG, indexOffset + (long) row * INDEX_ENTRY_BYTES);
    }

    public int length(int row) {
        return Math.toIntExact(start(row + 1) - start(row));
    }

    /// Line or row number of the source that a row came from.
    public long sourceNumber(int row) {
        return all.get(LONG, indexOffset + (long) row * INDEX_ENTRY_BYTES + 8);
    }

    /// Tokens `[start, start + length)`, wherever rows begin.
    public TokenizedRow read(long start, int length) {
        int[] ids = new int[length];
        BitSet trained = new BitSet(length);
        MemorySegment.copy(all, INT, HEADER_BYTES + start * Integer.BYTES, ids, 0, length);
        for (int i = 0; i < length; i++) {
            if (ids[i] < 0) {
                trained.set(i);
                ids[i] &= ~TRAINED_BIT;
            }
        }
        return new TokenizedRow(ids, trained);
    }

    String summary() {
        byte[] bytes = all.asSlice(summaryOffset).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        arena.close();
    }
}
