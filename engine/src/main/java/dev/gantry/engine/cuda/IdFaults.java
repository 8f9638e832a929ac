package dev.gantry.engine.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Ids and labels outside their tables: kernels leave them out and write down one of them, which is thrown when the
/// host waits for the card.
final class IdFaults implements AutoCloseable {
    static final int BYTES = 16;
    private static final int LABEL = 2;

    private final CudaStream stream;
    private final long address;
    private boolean mayHaveFault;

    IdFaults(CudaStream stream) {
        this.stream = stream;
        address = stream.context().use().create("cuMemAlloc_v2", (long) BYTES).address();
        stream.clear(address, BYTES);
    }

    /// For the launch of a kernel that reports here.
    long address() {
        mayHaveFault = true;
        return address;
    }

    /// Waits for the stream.
    ///
    /// @throws IndexOutOfBoundsException when a kernel since the last check found an id outside its table
    void check() {
        if (!mayHaveFault) {
            return;
        }
        mayHaveFault = false;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fault = arena.allocate(BYTES, Integer.BYTES);
            stream.copy(fault.address(), address, BYTES);
            stream.synchronize();
            int kind = fault.getAtIndex(ValueLayout.JAVA_INT, 0);
            if (kind != 0) {
                stream.clear(address, BYTES);
                throw new IndexOutOfBoundsException((kind == LABEL ? "label " : "id ")
                        + fault.getAtIndex(ValueLayout.JAVA_INT, 2) + " of token "
                        + fault.getAtIndex(ValueLayout.JAVA_INT, 1) + " is outside the table of "
                        + fault.getAtIndex(ValueLayout.JAVA_INT, 3) + " entries");
            }
        }
    }

    @Override
    public void close() {
        stream.context().use().call("cuMemFree_v2", address);
    }
}
