package dev.gantry.offload.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Repeats single attempts until all bytes have moved, and never takes a part for the whole.
final class WholeTransfer {
    private WholeTransfer() {}

    static void read(BlockFile file, long offset, MemorySegment into, long needed) {
        requireAligned(offset, into);
        if (needed > into.byteSize()) {
            throw new IllegalArgumentException(needed + " bytes do not fit into " + into.byteSize());
        }
        long done = 0;
        while (done < needed) {
            long count;
            try {
                count = file.readSome(offset + done, into.asSlice(done));
            } catch (IOException e) {
                throw IoFault.read(file, offset, needed, e);
            }
            if (done + count >= needed && count > 0) {
                return;
            }
            // direct I/O can only go on at an aligned place; a rest without one is the end of the file
            long aligned = count - Math.floorMod(count, BlockFile.ALIGNMENT_BYTES);
            if (aligned <= 0) {
                throw IoFault.endedEarly(file, offset, needed, done + Math.max(0, count));
            }
            done += aligned;
        }
    }

    static void write(BlockFile file, long offset, MemorySegment from) {
        requireAligned(offset, from);
        requireAligned(from.byteSize());
        long done = 0;
        while (done < from.byteSize()) {
            long count;
            try {
                count = file.writeSome(offset + done, from.asSlice(done));
            } catch (IOException e) {
                throw IoFault.write(file, offset + done, from.byteSize() - done, e);
            }
            long aligned = count - Math.floorMod(count, BlockFile.ALIGNMENT_BYTES);
            if (aligned <= 0) {
                throw IoFault.write(
                        file, offset + done, from.byteSize() - done, new IOException("only " + count + " bytes taken"));
            }
            done += aligned;
        }
    }

    private static void requireAligned(long offset, MemorySegment memory) {
        requireAligned(offset);
        requireAligned(memory.address());
        requireAligned(memory.byteSize());
    }

    private static void requireAligned(long value) {
        if (value % BlockFile.ALIGNMENT_BYTES != 0 || value < 0) {
            throw new IllegalArgumentException(value + " is not a multiple of " + BlockFile.ALIGNMENT_BYTES);
        }
    }
}
