package dev.gantry.engine.collective;

import java.lang.foreign.MemorySegment;

/// What carries bytes between the memories of ranks.
public interface Fabric extends AutoCloseable {
    /// The memory of one host, whose threads copy for themselves.
    Fabric HOST = new Fabric() {
        @Override
        public Carrier carrier() {
            return Carrier.MEMORY;
        }

        @Override
        public boolean isShared() {
            return true;
        }

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

    /// What it does it by.
    Carrier carrier();

    /// Whether kernels of every rank compute with the memory of the others where it lies.
    boolean isShared();

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
