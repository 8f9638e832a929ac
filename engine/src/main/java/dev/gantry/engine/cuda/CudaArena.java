package dev.gantry.engine.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/// Memory that the driver gives and that is handed out in pieces: one block that was planned, and what is asked for
/// beyond it from the driver each time. Memory is zeroed. Closing gives all of it back.
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
    /// What every address of the driver is a multiple of.
    private static final long DRIVER_ALIGNMENT = 256;

    private final Arena lifetime = Arena.ofShared();
    private final CudaContext context;
    private final Kind kind;
    private final Deque<MemorySegment> blocks = new ArrayDeque<>();
    private final MemorySegment planned;
    private long usedBytes;

    /// @param plannedBytes taken at once for what is handed out first; 0 for nothing
    /// @throws CudaException when the driver has not as much
    public CudaArena(CudaContext context, Kind kind, long plannedBytes) {
        this.context = context;
        this.kind = kind;
        this.planned = plannedBytes == 0 ? MemorySegment.NULL : take(plannedBytes);
    }

    /// @throws CudaException when the driver has not as much
    @Override
    public synchronized MemorySegment allocate(long byteSize, long byteAlignment) {
        long start = Math.ceilDiv(planned.address() + usedBytes, byteAlignment) * byteAlignment;
        long from = start - planned.address();
        if (from + byteSize <= planned.byteSize()) {
            usedBytes = from + byteSize;
            return planned.asSlice(from, byteSize);
        }
        MemorySegment own = take(byteSize + (byteAlignment > DRIVER_ALIGNMENT ? byteAlignment : 0));
        return own.asSlice(Math.floorMod(-own.address(), byteAlignment), byteSize);
    }

    private MemorySegment take(long bytes) {
        CudaDriver driver = context.use();
        MemorySegment address = switch (kind) {
            case DEVICE -> driver.create(kind.allocate, bytes);
            case MANAGED -> driver.create(kind.allocate, bytes, ATTACH_GLOBAL);
            case PINNED -> driver.create(kind.allocate, bytes, PORTABLE_AND_MAPPED);
        };
        MemorySegment block = view(address, bytes);
        blocks.push(block);
        try (CudaStream stream = new CudaStream(context)) {
            stream.clear(address.address(), bytes);
            stream.synchronize();
        }
        if (kind == Kind.MANAGED) {
            context.managed().add(block);
        }
        return block;
    }

    @SuppressWarnings("restricted") // gives an address of the driver its size
    private MemorySegment view(MemorySegment address, long bytes) {
        return kind == Kind.DEVICE
                ? Unreachable.segment(address.address(), bytes)
                : address.reinterpret(bytes, lifetime, null);
    }

    @Override
    public MemorySegment.Scope scope() {
        return lifetime.scope();
    }

    @Override
    public synchronized void close() {
        lifetime.close(); // from here on nobody reads through a segment
        CudaDriver driver = context.use();
        if (!blocks.isEmpty()) {
            driver.call("cuCtxSynchronize"); // kernels and copies may still use it
        }
        while (!blocks.isEmpty()) {
            MemorySegment block = blocks.pop();
            switch (kind) {
                case DEVICE -> driver.call(kind.free, block.address());
                case MANAGED -> {
                    context.managed().remove(block);
                    driver.call(kind.free, block.address());
                }
                case PINNED -> driver.call(kind.free, MemorySegment.ofAddress(block.address()));
            }
        }
    }
}
