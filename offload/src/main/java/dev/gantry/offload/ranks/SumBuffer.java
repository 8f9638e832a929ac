package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Communicator;
import dev.gantry.engine.collective.Communicator.Offer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Memory for the running gradients of a unit, and what other ranks have still to take out of it.
final class SumBuffer {
    private final Communicator communicator;
    private final MemorySegment memory;
    private final List<Offer> offers = new ArrayList<>();

    SumBuffer(Communicator communicator, MemorySegment memory) {
        this.communicator = communicator;
        this.memory = memory;
    }

    MemorySegment memory() {
        return memory;
    }

    /// Lets another rank take a part of this memory.
    void offer(int to, MemorySegment part) {
        offers.add(communicator.offer(to, part));
    }

    /// Fills a part of this memory with what another rank offers, once nobody needs what was there.
    void receive(int from, MemorySegment part) {
        awaitFree();
        communicator.receive(from, part);
    }

    /// Waits until all that was offered has been taken.
    void awaitFree() {
        offers.forEach(Offer::awaitTaken);
        offers.clear();
    }
}
