package dev.gantry.offload.frozen;

/// What was moved to the device so far: a snapshot of running counts.
///
/// @param blocksFromHost blocks copied from host memory
/// @param bytesFromHost bytes of their parameters as they lay there
/// @param blocksFromDisk blocks read from files
/// @param bytesFromDisk bytes of their parameters as they are stored
/// @param bytesRead what was read for that, with what direct I/O must read along
/// @param waitNanos time that passes waited for blocks
public record Transfers(
        long blocksFromHost,
        long bytesFromHost,
        long blocksFromDisk,
        long bytesFromDisk,
        long bytesRead,
        long waitNanos) {
    /// Nothing was moved.
    public static final Transfers NONE = new Transfers(0, 0, 0, 0, 0, 0);

    public long blocks() {
        return blocksFromHost + blocksFromDisk;
    }

    Transfers plus(ChunkHome home) {
        return switch (home) {
            case ChunkHome.OnDevice device -> this;
            case ChunkHome.OnHost host -> plus(new Transfers(1, host.bytes(), 0, 0, 0, 0));
            case ChunkHome.OnDisk disk -> plus(new Transfers(0, 0, 1, disk.payloadBytes(), disk.readBytes(), 0));
        };
    }

    /// Both together.
    public Transfers plus(Transfers other) {
        return new Transfers(
                blocksFromHost + other.blocksFromHost,
                bytesFromHost + other.bytesFromHost,
                blocksFromDisk + other.blocksFromDisk,
                bytesFromDisk + other.bytesFromDisk,
                bytesRead + other.bytesRead,
                waitNanos + other.waitNanos);
    }

    Transfers waited(long nanos) {
        return new Transfers(
                blocksFromHost, bytesFromHost, blocksFromDisk, bytesFromDisk, bytesRead, waitNanos + nanos);
    }

    /// What was moved since an earlier snapshot.
    public Transfers since(Transfers earlier) {
        return new Transfers(
                blocksFromHost - earlier.blocksFromHost,
                bytesFromHost - earlier.bytesFromHost,
                blocksFromDisk - earlier.blocksFromDisk,
                bytesFromDisk - earlier.bytesFromDisk,
                bytesRead - earlier.bytesRead,
                waitNanos - earlier.waitNanos);
    }
}
