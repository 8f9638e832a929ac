package dev.gantry.offload.state;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The end of a record: which record it is, and the values after which optimizer step it holds.
record RecordTag(int record, long step) {
    static final long BYTES = 32;

    private static final long MAGIC = 0x3144524345525447L; // GTRECRD1
    private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    void writeTo(MemorySegment memory, long offset) {
        memory.set(LONG, offset, MAGIC);
        memory.set(LONG, offset + 8, step);
        memory.set(INT, offset + 16, record);
    }

    /// Whether exactly this tag is there.
    boolean isIn(MemorySegment memory, long offset) {
        return memory.get(LONG, offset) == MAGIC
                && memory.get(LONG, offset + 8) == step
                && memory.get(INT, offset + 16) == record;
    }
}
