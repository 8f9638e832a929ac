package dev.gantry.engine.cuda;

/// Memory of the card for what kernels of one stream hand to each other. Grows to the largest need, which the first
/// steps show.
final class DeviceScratch implements AutoCloseable {
    private final CudaStream stream;
    private long address;
    private long capacityBytes;

    DeviceScratch(CudaStream stream) {
        this.stream = stream;
    }

    /// Where so many bytes lie, until more are asked for.
    long atLeast(long bytes) {
        return bytes > capacityBytes
                ? exactly(Math.max(bytes, 2 * capacityBytes)) // sequences grow a little at a time
                : address;
    }

    /// The same without room for more.
    long exactly(long bytes) {
        if (bytes > capacityBytes) {
            close();
            address = stream.context().use().create("cuMemAlloc_v2", bytes).address();
            capacityBytes = bytes;
        }
        return address;
    }

    @Override
    public void close() {
        if (capacityBytes > 0) {
            stream.synchronize(); // kernels may still read it
            stream.context().use().call("cuMemFree_v2", address);
            capacityBytes = 0;
        }
    }
}
