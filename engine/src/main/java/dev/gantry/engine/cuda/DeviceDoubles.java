package dev.gantry.engine.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Parts of sums on their way from the card to the host. Grows to the largest need, which the first step shows.
final class DeviceDoubles implements AutoCloseable {
    private final CudaContext context;
    private long address;
    private int capacity;

    DeviceDoubles(CudaContext context) {
        this.context = context;
    }

    /// Where so many of them lie, until more are asked for.
    long atLeast(int count) {
        if (count > capacity) {
            close();
            address = context.use()
                    .create("cuMemAlloc_v2", (long) count * Double.BYTES)
                    .address();
            capacity = count;
        }
        return address;
    }

    /// Waits for the stream and fetches the first `count`.
    void read(CudaStream stream, double[] to, int count) {
        if (count == 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment host = arena.allocate(ValueLayout.JAVA_DOUBLE, count);
            stream.copy(host.address(), address, host.byteSize());
            stream.synchronize();
            MemorySegment.copy(host, ValueLayout.JAVA_DOUBLE, 0, to, 0, count);
        }
    }

    @Override
    public void close() {
        if (capacity > 0) {
            context.use().call("cuMemFree_v2", address);
            capacity = 0;
        }
    }
}
