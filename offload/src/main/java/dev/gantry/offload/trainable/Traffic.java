package dev.gantry.offload.trainable;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes moved between tiers since construction: a snapshot of running counts.
///
/// @param toHost from the device to the host: gradients, and states that were updated there
/// @param toDevice from the host to the device: new parameters, and what goes back
/// @param diskRead states, gradients and parameters read from files
/// @param diskWritten the same written to files
public record Traffic(long toHost, long toDevice, long diskRead, long diskWritten) {

    /// Both together.
    public Traffic plus(Traffic other) {
        return new Traffic(
                toHost + other.toHost,
                toDevice + other.toDevice,
                diskRead + other.diskRead,
                diskWritten + other.diskWritten);
    }

    /// What was moved since an earlier snapshot.
    public Traffic since(Traffic earlier) {
        return new Traffic(
                toHost - earlier.toHost,
                toDevice - earlier.toDevice,
                diskRead - earlier.diskRead,
                diskWritten - earlier.diskWritten);
    }

    /// The counts of what passes between device and host, which run on.
    static final class Count {
        private final AtomicLong toHost = new AtomicLong();
        private final AtomicLong toDevice = new AtomicLong();

        void toHost(long bytes) {
            toHost.addAndGet(bytes);
        }

        void toDevice(long bytes) {
            toDevice.addAndGet(bytes);
        }

        Traffic with(long diskRead, long diskWritten) {
            return new Traffic(toHost.get(), toDevice.get(), diskRead, diskWritten);
        }
    }
}
