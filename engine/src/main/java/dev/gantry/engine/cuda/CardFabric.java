package dev.gantry.engine.cuda;

import dev.gantry.engine.collective.Carrier;
import dev.gantry.engine.collective.Communicator;
import dev.gantry.engine.collective.Fabric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Several cards of one machine, a rank each, whose bytes the driver copies: over the link between two cards where
/// they have one, else by way of the host. Kernels compute with memory of their own card alone.
final class CardFabric implements Fabric {
    private final List<CudaStream> streams;

    /// @param backends of the ranks, each on a card of its own
    CardFabric(List<CudaBackend> backends) {
        streams = backends.stream().map(CudaBackend::stream).toList();
        for (CudaStream from : streams) {
            for (CudaStream to : streams) {
                if (from != to) {
                    from.context().reach(to.context());
                }
            }
        }
    }

    @Override
    public Carrier carrier() {
        return Carrier.DRIVER;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    /// Behind what the rank's stream was given before, which may still read what is overwritten.
    @Override
    public void copy(int rank, MemorySegment from, MemorySegment into) {
        if (!from.isNative() || !into.isNative()) {
            copyHeap(rank, from, into);
            return;
        }
        CudaStream stream = streams.get(rank);
        stream.copy(into.address(), from.address(), from.byteSize());
        stream.synchronize();
    }

    /// Memory of the heap is the processor's alone: what meets it there goes through native memory.
    private void copyHeap(int rank, MemorySegment from, MemorySegment into) {
        if (!from.isNative() && !into.isNative()) {
            into.copyFrom(from);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment between = arena.allocate(Math.max(1, from.byteSize())).asSlice(0, from.byteSize());
            if (from.isNative()) {
                copy(rank, from, between);
                into.copyFrom(between);
            } else {
                between.copyFrom(from);
                copy(rank, between, into);
            }
        }
    }

    @Override
    public Communicator join(Communicator local, Runnable requireSound) {
        return local;
    }

    @Override
    public void close() {
        // the streams belong to the backends
    }
}
