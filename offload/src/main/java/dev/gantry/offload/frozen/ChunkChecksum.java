package dev.gantry.offload.frozen;

import dev.gantry.engine.GantryException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// Checks the bytes of a block when they are read for the first time in this process; later reads trust the disk.
/// For one thread.
final class ChunkChecksum {
    private static final long AT_ONCE = 1 << 30;

    private final Path file;
    private final int block;
    private final int expected;
    private final CRC32C running = new CRC32C();
    private boolean proven;

    ChunkChecksum(Path file, int block, int expected) {
        this.file = file;
        this.block = block;
        this.expected = expected;
    }

    static int of(MemorySegment bytes) {
        CRC32C checksum = new CRC32C();
        update(checksum, bytes);
        return (int) checksum.getValue();
    }

    private static void update(CRC32C checksum, MemorySegment bytes) {
        for (long at = 0; at < bytes.byteSize(); at += AT_ONCE) {
            checksum.update(
                    bytes.asSlice(at, Math.min(AT_ONCE, bytes.byteSize() - at)).asByteBuffer());
        }
    }

    /// The block is read from its first byte on.
    void begin() {
        running.reset();
    }

    void add(MemorySegment bytes) {
        if (!proven) {
            update(running, bytes);
        }
    }

    /// The block was read to its end.
    ///
    /// @throws GantryException when it is not what was written
    void finish() {
        if (!proven && (int) running.getValue() != expected) {
            throw GantryException.failedCheck(
                    "RELAID-DAMAGED",
                    "cannot use the copy of the weights in " + file,
                    "block " + block + " is not what was written",
                    "Delete that file; it is made again from the model. Check the disk it lies on.");
        }
        proven = true;
    }
}
