package dev.gantry.engine.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Owner of native host memory: hands out zeroed, 64-byte aligned tensors and frees them all at once.
///
/// Counts what it hands out, so that tests can assert that a training step allocates nothing.
public final class TensorArena implements AutoCloseable {
    /// One cache line, and the widest vector register.
    public static final long ALIGNMENT_BYTES = 64;

    private final Arena arena = Arena.ofShared();
    private long allocations;
    private long bytes;

    /// A zeroed tensor that lives until this arena is closed.
    public synchronized Tensor allocate(DType dtype, long... extents) {
        Shape shape = Shape.of(extents);
        MemorySegment data = allocateBytes(Math.multiplyExact(shape.elements(), dtype.bytes()));
        return new Tensor(dtype, shape, data);
    }

    /// A zeroed contiguous matrix that lives until this arena is closed.
    public Matrix matrix(DType dtype, int rows, int columns) {
        return allocate(dtype, rows, columns).matrix();
    }

    /// Zeroed, 64-byte aligned memory that lives until this arena is closed.
    public synchronized MemorySegment allocateBytes(long byteSize) {
        allocations++;
        bytes += byteSize;
        return arena.allocate(Math.max(byteSize, 1), ALIGNMENT_BYTES).asSlice(0, byteSize);
    }

    public synchronized long allocations() {
        return allocations;
    }

    public synchronized long allocatedBytes() {
        return bytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
