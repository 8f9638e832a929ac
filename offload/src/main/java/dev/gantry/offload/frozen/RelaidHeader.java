package dev.gantry.offload.frozen;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.gantry.offload.io.AlignedSpan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// What a re-laid copy holds: magic, version, fingerprint of the model and layout it was made from, place and checksum
/// of each block, and a checksum of all that.
///
/// @param fingerprint 64 hexadecimal digits
record RelaidHeader(String fingerprint, List<Block> blocks) {
    private static final long MAGIC = 0x4449414c45524e47L; // GNRELAID
    private static final int VERSION = 1;
    private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int FINGERPRINT_BYTES = 32;
    private static final int FINGERPRINT = 16;
    private static final int BLOCKS = FINGERPRINT + FINGERPRINT_BYTES;
    private static final int BLOCK_BYTES = 20;

    RelaidHeader {
        blocks = List.copyOf(blocks);
    }

    /// One block, aligned in place and length.
    record Block(long offset, long bytes, int checksum) {}

    /// Bytes at the start of the file that are the header's.
    static long bytes(int blocks) {
        return AlignedSpan.roundUp(BLOCKS + (long) BLOCK_BYTES * blocks + Integer.BYTES);
    }

    long fileBytes() {
        Block last = blocks.getLast();
        return last.offset() + last.bytes();
    }

    /// @param memory zeroed memory of {@link #bytes}
    void writeTo(MemorySegment memory) {
        memory.set(LONG, 0, MAGIC);
        memory.set(INT, 8, VERSION);
        memory.set(INT, 12, blocks.size());
        byte[] digest = HexFormat.of().parseHex(fingerprint);
        MemorySegment.copy(digest, 0, memory, JAVA_BYTE, FINGERPRINT, FINGERPRINT_BYTES);
        long at = BLOCKS;
        for (Block block : blocks) {
            memory.set(LONG, at, block.offset());
            memory.set(LONG, at + 8, block.bytes());
            memory.set(INT, at + 16, block.checksum());
            at += BLOCK_BYTES;
        }
        memory.set(INT, at, ChunkChecksum.of(memory.asSlice(0, at)));
    }

    /// The header of a file made for `fingerprint` and so many blocks; empty for any other bytes.
    static Optional<RelaidHeader> read(MemorySegment memory, String fingerprint, int blockCount) {
        long end = BLOCKS + (long) BLOCK_BYTES * blockCount;
        byte[] digest = memory.asSlice(FINGERPRINT, FINGERPRINT_BYTES).toArray(JAVA_BYTE);
        if (memory.get(LONG, 0) != MAGIC
                || memory.get(INT, 8) != VERSION
                || memory.get(INT, 12) != blockCount
                || !HexFormat.of().formatHex(digest).equals(fingerprint)
                || memory.get(INT, end) != ChunkChecksum.of(memory.asSlice(0, end))) {
            return Optional.empty();
        }
        List<Block> blocks = new ArrayList<>();
        for (long at = BLOCKS; at < end; at += BLOCK_BYTES) {
            blocks.add(new Block(memory.get(LONG, at), memory.get(LONG, at + 8), memory.get(INT, at + 16)));
        }
        return Optional.of(new RelaidHeader(fingerprint, blocks));
    }
}
