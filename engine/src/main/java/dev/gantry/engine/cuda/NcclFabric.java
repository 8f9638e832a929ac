package dev.gantry.engine.cuda;

import dev.gantry.engine.collective.Carrier;
import dev.gantry.engine.collective.Communicator;
import dev.gantry.engine.collective.Fabric;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Several cards of one machine, a rank each: collectives by NCCL, windows and hand-overs by the driver's copies, which
/// reach the memory of every card of a process.
final class NcclFabric implements Fabric {
    private final CardFabric copies;
    private final List<NcclLink> links = new ArrayList<>();

    /// @param backends of the ranks, each on a card of its own
    /// @throws CudaException when NCCL does not join the cards
    NcclFabric(Nccl library, List<CudaBackend> backends) {
        copies = new CardFabric(backends);
        int[] ordinals = backends.stream()
                .mapToInt(backend -> backend.stream().context().ordinal())
                .toArray();
        for (MemorySegment handle : library.join(ordinals)) {
            links.add(new NcclLink(library, handle, backends.get(links.size())));
        }
    }

    @Override
    public Carrier carrier() {
        return Carrier.NCCL;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public void copy(int rank, MemorySegment from, MemorySegment into) {
        copies.copy(rank, from, into);
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
