package dev.gantry.engine.cuda;

import dev.gantry.engine.cuda.CudaArena.Kind;
import dev.gantry.engine.tensor.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory of one kind that a card's driver gives.
final class CudaMemory implements Memory, AutoCloseable {
    /// What is taken beside what is planned: the driver's own growth and rounding, kernels that nobody counts.
    private static final long RESERVED_BYTES = 96L << 20;

    private final CudaContext context;
    private final Kind kind;
    private final CudaStream stream;

    CudaMemory(CudaContext context, Kind kind) {
        this.context = context;
        this.kind = kind;
        this.stream = new CudaStream(context);
    }

    /// What is planned on the card is one block; whatever else is asked for is taken piece by piece.
    @Override
    public Arena open(long bytes) {
        return new CudaArena(context, kind, kind == Kind.DEVICE ? bytes : 0);
    }

    /// Of what no program holds on the card, all but what its own growth needs.
    @Override
    public long freeBytes() {
        return kind == Kind.DEVICE ? Math.max(0, context.freeBytes() - RESERVED_BYTES) : HOST.freeBytes();
    }

    @Override
    public boolean isHost() {
        return kind != Kind.DEVICE;
    }

    @Override
    public MemorySegment shape(long bytes) {
        return kind == Kind.DEVICE ? Unreachable.segment(0, bytes) : HOST.shape(bytes);
    }

    @Override
    public boolean reaches(MemorySegment segment) {
        return Unreachable.holds(segment) || context.managed().hold(segment);
    }

    @Override
    public synchronized void copy(MemorySegment from, MemorySegment to) {
        context.use().call("cuCtxSynchronize");
        if (from.isNative() && to.isNative()) {
            stream.copy(to.address(), from.address(), from.byteSize());
            stream.synchronize();
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment between = arena.allocate(Math.max(1, from.byteSize())).asSlice(0, from.byteSize());
            if (from.isNative()) {
                stream.copy(between.address(), from.address(), from.byteSize());
                stream.synchronize();
                to.copyFrom(between);
            } else {
                between.copyFrom(from);
                stream.copy(to.address(), between.address(), from.byteSize());
                stream.synchronize();
            }
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
