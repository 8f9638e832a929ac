package dev.gantry.offload.io;

import java.lang.foreign.MemorySegment;

/// The smallest aligned stretch of a file around bytes that lie anywhere in it, as direct I/O must read them.
///
/// @param offset where the stretch begins in the file
/// @param bytes its length, which may reach behind the end of the file
/// @param lead how many bytes of it come before the wanted ones
/// @param wantedBytes how many bytes are wanted
public record AlignedSpan(long offset, long bytes, long lead, long wantedBytes) {
    /// The stretch around `wantedBytes` bytes at `wantedOffset`.
    public static AlignedSpan around(long wantedOffset, long wantedBytes) {
        long lead = wantedOffset % BlockFile.ALIGNMENT_BYTES;
        return new AlignedSpan(wantedOffset - lead, roundUp(lead + wantedBytes), lead, wantedBytes);
    }

    /// The next multiple of the alignment.
    public static long roundUp(long bytes) {
        return Math.ceilDiv(bytes, BlockFile.ALIGNMENT_BYTES) * BlockFile.ALIGNMENT_BYTES;
    }

    /// How many bytes of the stretch must have arrived before the wanted ones are complete.
    public long neededBytes() {
        return lead + wantedBytes;
    }

    /// The wanted bytes inside of memory that the stretch was read into.
    public MemorySegment wanted(MemorySegment staged) {
        return staged.asSlice(lead, wantedBytes);
    }
}
