package dev.gantry.offload.state;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/// Which side of a state file holds a finished generation; written to two places in turn, so that one is always whole.
///
/// @param sequence the later of two whole headers counts
/// @param stepOfSide0 the step of the generation on side 0, or {@link #NONE}
/// @param stepOfSide1 the step of the generation on side 1, or {@link #NONE}
record StateHeader(StateLayout layout, long sequence, long stepOfSide0, long stepOfSide1) {
    static final long NONE = -1;

    private static final int VERSION = 1;
    private static final long MAGIC = 0x4554415453544e47L; // GNTSTATE
    private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long FINGERPRINT = 64;
    private static final long CHECKSUM = FINGERPRINT + StateLayout.FINGERPRINT_BYTES;

    static StateHeader empty(StateLayout layout) {
        return new StateHeader(layout, 1, NONE, NONE);
    }

    /// The next header, in which `side` holds the generation of `step`, or none.
    StateHeader with(int side, long step) {
        return side == 0
                ? new StateHeader(layout, sequence + 1, step, stepOfSide1)
                : new StateHeader(layout, sequence + 1, stepOfSide0, step);
    }

    long step(int side) {
        return side == 0 ? stepOfSide0 : stepOfSide1;
    }

    OptionalInt sideOf(long step) {
        if (step != NONE && stepOfSide0 == step) {
            return OptionalInt.of(0);
        }
        return step != NONE && stepOfSide1 == step ? OptionalInt.of(1) : OptionalInt.empty();
    }

    /// Which of the two places this header goes to.
    int copy() {
        return (int) (sequence % 2);
    }

    void writeTo(MemorySegment block) {
        block.fill((byte) 0);
        block.set(LONG, 0, MAGIC);
        block.set(INT, 8, VERSION);
        block.set(INT, 12, layout.records());
        block.set(INT, 16, layout.arrays());
        block.set(LONG, 24, layout.elements());
        block.set(LONG, 32, sequence);
        block.set(LONG, 40, stepOfSide0);
        block.set(LONG, 48, stepOfSide1);
        byte[] fingerprint = layout.fingerprint().getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(fingerprint, 0, block, JAVA_BYTE, FINGERPRINT, fingerprint.length);
        block.set(INT, CHECKSUM, checksum(block));
    }

    /// Empty when the block is torn, was never written or is of a version that this program does not know.
    static Optional<StateHeader> read(MemorySegment block) {
        if (block.get(LONG, 0) != MAGIC
                || block.get(INT, CHECKSUM) != checksum(block)
                || block.get(INT, 8) != VERSION) {
            return Optional.empty();
        }
        byte[] fingerprint =
                block.asSlice(FINGERPRINT, StateLayout.FINGERPRINT_BYTES).toArray(JAVA_BYTE);
        StateLayout layout = new StateLayout(
                block.get(INT, 12),
                block.get(INT, 16),
                block.get(LONG, 24),
                new String(fingerprint, StandardCharsets.US_ASCII).replace("\0", ""));
        return Optional.of(new StateHeader(layout, block.get(LONG, 32), block.get(LONG, 40), block.get(LONG, 48)));
    }

    private static int checksum(MemorySegment block) {
        CRC32C checksum = new CRC32C();
        checksum.update(block.asSlice(0, CHECKSUM).asByteBuffer());
        return (int) checksum.getValue();
    }
}
