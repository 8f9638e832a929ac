package dev.gantry.engine.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// One block of memory, taken whole from the driver and handed out piece by piece: what a plan says is what is taken,
/// and nothing is allocated later. Memory is zeroed. Closing gives all of it back.
public final class CudaArena implements Arena {
    /// Where memory lies, and who may touch it.
    public enum Kind {
        /// On the card; the host may not touch it.
        DEVICE("cuMemAlloc_v2", "cuMemFree_v2"),
        /// Moves between the card and the host, whoever touches it.
        MANAGED("cuMemAllocManaged", "cuMemFree_v2"),
        /// Of the host, never swapped out; the card copies from and to it at full speed.
        PINNED("cuMemHostAlloc", "cuMemFreeHost");

        private final String allocate;
        private final String free;

        Kind(String allocate, String free) {
            this.allocate = allocate;
            this.free = free;
        }
    }

    private static final int ATTACH_GLOBAL = 1;
    private static final int PORTABLE_AND_MAPPED = 3;

    private final Arena lifetime = Arena.ofShared();
    private final CudaContext context;
    private final Kind kind;
    private final MemorySegment block;
    private long usedBytes;

    /// @param bytes all it will ever hand out, gaps of alignment included
    /// @throws CudaException when the driver has not as much
    @SuppressWarnings("restricted") // gives an address of the driver its size
    public CudaArena(CudaContext context, Kind kind, long bytes) {
        this.context = context;
        this.kind = kind;
        CudaDriver driver = context.use();
        MemorySegment address = switch (kind) {
            case DEVICE -> driver.create(kind.allocate, bytes);
            case MANAGED -> driver.create(kind.allocate, bytes, ATTACH_GLOBAL);
            case PINNED -> driver.create(kind.allocate, bytes, PORTABLE_AND_MAPPED);
        };
        block = address.reinterpret(bytes, lifetime, null);
        try (CudaStream stream = new CudaStream(context)) {
            stream.clear(address.address(), bytes);
            stream.synchronize();
        }
    }

    public synchronized long usedBytes() {
        return usedBytes;
    }

    /// @throws IllegalStateException when the block is too small
    @Override
    public synchronized MemorySegment allocate(long byteSize, long byteAlignment) {
        long start = (block.address() + usedBytes + byteAlignment - 1) / byteAlignment * byteAlignment;
        long from = start - block.address();
        if (from + byteSize > block.byteSize()) {
            throw new IllegalStateException("a block of " + block.byteSize() + " bytes of " + kind
                    + " memory, of which " + usedBytes + " are used, has no room for " + byteSize);
        }
        usedBytes = from + byteSize;
        return block.asSlice(from, byteSize);
    }

    @Override
    public MemorySegment.Scope scope() {
        return lifetime.scope();
    }

    @Override
    public void close() {
        long address = block.address();
        lifetime.close(); // from here on nobody reads through a segment
        CudaDriver driver = context.use();
        switch (kind) {
            case DEVICE, MANAGED -> driver.call(kind.free, address);
            case PINNED -> driver.call(kind.free, MemorySegment.ofAddress(address));
        }
    }
}
