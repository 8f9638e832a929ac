package dev.gantry.engine.collective;

import java.lang.foreign.MemorySegment;

/// What carries bytes between the memories of ranks.
public interface Fabric extends AutoCloseable {
    /// The memory of one host, whose threads copy for themselves.
    Fabric HOST = new Fabric() {
        @Override
        public void copy(int rank, MemorySegment from, MemorySegment into) {
            into.copyFrom(from);
        }

        @Override
        public Communicator join(Communicator local, Runnable requireSound) {
            return local;
        }

        @Override
        public void close() {}
    };

    /// Copies what lies in memory of any rank into memory of this one, on the rank's thread; returns when it is there.
    void copy(int rank, MemorySegment from, MemorySegment into);

    /// A rank's way to the others, who join too.
    ///
    /// @param local its way within this process, by {@link #copy}
    /// @param requireSound throws when another rank has failed
    Communicator join(Communicator local, Runnable requireSound);

    @Override
    void close();
}
