package dev.gantry.engine.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Where the bytes of a tier come from, and the way of the host to them. Kernels compute with the memory of their
/// backend alone.
public interface Memory {
    /// That of the process, where the processor computes.
    Memory HOST = new Memory() {
        @Override
        public Arena open(long bytes) {
            return Arena.ofShared();
        }

        @Override
        public long freeBytes() {
            return MemoryAccount.UNLIMITED;
        }

        @Override
        public boolean isHost() {
            return true;
        }

        @Override
        @SuppressWarnings("restricted") // nobody reads it
        public MemorySegment shape(long bytes) {
            return MemorySegment.NULL.reinterpret(bytes);
        }

        @Override
        public boolean reaches(MemorySegment segment) {
            return true;
        }

        @Override
        public void copy(MemorySegment from, MemorySegment to) {
            MemorySegment.copy(from, 0, to, 0, from.byteSize());
        }
    };

    /// Zeroed memory, given back when the arena is closed.
    ///
    /// @param bytes all that will be asked for, in whole cache lines; 0 where that is not known
    Arena open(long bytes);

    /// What can be taken now; as much as there is numbers for the host's, whose owner plans with the machine's.
    long freeBytes();

    /// Whether the host may read and write it where it lies; a segment of any other memory has an address and a size,
    /// and whoever touches it is refused.
    boolean isHost();

    /// A segment of so many bytes that stands for one of this memory and holds nothing.
    MemorySegment shape(long bytes);

    /// Whether kernels that compute with this memory reach a segment of this or any other.
    boolean reaches(MemorySegment segment);

    /// Copies bytes between this memory and the host's, in either direction or within one of them, after all kernels
    /// so far; they are there when this returns. For small things: ids, tables, losses, logits.
    ///
    /// @param from may lie on the heap if it is the host's, as may `to`
    void copy(MemorySegment from, MemorySegment to);
}
