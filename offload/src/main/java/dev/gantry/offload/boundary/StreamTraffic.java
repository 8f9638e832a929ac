package dev.gantry.offload.boundary;

import dev.gantry.offload.Tier;
import java.util.concurrent.atomic.AtomicLong;

/// What the residual stream of a pass has moved so far: running counts.
public final class StreamTraffic {
    private final AtomicLong toHost = new AtomicLong();
    private final AtomicLong toDevice = new AtomicLong();
    private final AtomicLong diskRead = new AtomicLong();
    private final AtomicLong diskWritten = new AtomicLong();

    void loaded(Tier from, long bytes) {
        toDevice.addAndGet(bytes);
        if (from == Tier.DISK) {
            diskRead.addAndGet(bytes);
        }
    }

    void stored(Tier to, long bytes) {
        toHost.addAndGet(bytes);
        if (to == Tier.DISK) {
            diskWritten.addAndGet(bytes);
        }
    }

    /// A snapshot, since the pass was made.
    public StreamMoves moves() {
        return new StreamMoves(toHost.get(), toDevice.get(), diskRead.get(), diskWritten.get());
    }
}
