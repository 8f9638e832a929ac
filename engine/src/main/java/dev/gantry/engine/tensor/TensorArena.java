package dev.gantry.engine.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Owner of native host memory: hands out zeroed, 64-byte aligned tensors and frees them all at once.
///
/// Counts what it hands out, so that tests can assert that a training step allocates nothing, and so that a
/// {@link #measuring()} arena can tell what a plan would take by running the very code that allocates it.
public final class TensorArena implements AutoCloseable {
    /// One cache line, and the widest vector register.
    public static final long ALIGNMENT_BYTES = 64;

    private final @Nullable Arena arena;
    private long allocations;
    private long bytes;

    public TensorArena() {
        this(Arena.ofShared());
    }

    private TensorArena(@Nullable Arena arena) {
        this.arena = arena;
    }

    /// An arena that only counts: its tensors have shapes but no memory and must not be touched.
    public static TensorArena measuring() {
        return new TensorArena(null);
    }

    /// Whether tensors of this arena may be read and written.
    public boolean holdsMemory() {
        return arena != null;
    }

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
    public MemorySegment allocateBytes(long byteSize) {
        return allocateBytes(byteSize, ALIGNMENT_BYTES);
    }

    /// Zeroed memory that lives until this arena is closed.
    ///
    /// @param alignmentBytes a power of two, such as the 4096 of direct I/O
    public synchronized MemorySegment allocateBytes(long byteSize, long alignmentBytes) {
        allocations++;
        bytes += byteSize;
        if (arena == null) {
            return MemorySegment.NULL.reinterpret(byteSize);
        }
        return arena.allocate(Math.max(byteSize, 1), alignmentBytes).asSlice(0, byteSize);
    }

    public synchronized long allocations() {
        return allocations;
    }

    public synchronized long allocatedBytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
    }
}
