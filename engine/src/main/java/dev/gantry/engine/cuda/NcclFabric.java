package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.collective.Communicator;
import dev.gantry.engine.collective.Fabric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Several cards of one machine, a rank each: collectives by NCCL, windows and hand-overs by the driver's copies, which
/// reach the memory of every card of a process.
public final class NcclFabric implements Fabric {
    private final List<CudaBackend> backends;
    private final List<NcclLink> links = new ArrayList<>();

    /// @param backends of the ranks, each on a card of its own
    /// @throws CudaException when NCCL does not join the cards
    public NcclFabric(Nccl library, List<Backend> backends) {
        this.backends = backends.stream().map(CudaBackend.class::cast).toList();
        int[] ordinals = this.backends.stream()
                .mapToInt(backend -> backend.stream().context().ordinal())
                .toArray();
        for (MemorySegment handle : library.join(ordinals)) {
            links.add(new NcclLink(library, handle, this.backends.get(links.size())));
        }
    }

    @Override
    public void copy(int rank, MemorySegment from, MemorySegment into) {
        if (!from.isNative() || !into.isNative()) {
            copyHeap(rank, from, into);
            return;
        }
        CudaStream stream = backends.get(rank).stream();
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
        return new NcclCommunicator(local, links.get(local.rank()), requireSound);
    }

    @Override
    public void close() {
        links.forEach(NcclLink::close);
    }
}
