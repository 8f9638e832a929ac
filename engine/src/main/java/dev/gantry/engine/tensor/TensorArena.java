package dev.gantry.engine.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Owner of native memory: hands out zeroed, 64-byte aligned tensors and frees them all at once.
///
/// What it hands out is counted in whole cache lines, in the arena and in the {@link MemoryAccount} it belongs to; so
/// tests can assert that a training step allocates nothing, and a {@link #measuring()} arena can tell what a plan would
/// take by running the very code that allocates it.
public final class TensorArena implements AutoCloseable {
    /// One cache line, and the widest vector register.
    public static final long ALIGNMENT_BYTES = 64;

    private final @Nullable Arena arena;
    private final MemoryAccount account;
    private final String owner;
    private long allocations;
    private long bytes;

    /// An arena whose memory nobody else counts.
    public TensorArena() {
        this(MemoryAccount.unlimited("host"), "tensors");
    }

    /// An arena that takes its memory from an account.
    ///
    /// @param owner whose memory it is, for the account
    public TensorArena(MemoryAccount account, String owner) {
        this(account.memory().open(0), account, owner);
    }

    /// An arena over memory that somebody else brings, such as that of a graphics card; it must be zeroed, and is
    /// closed with this arena.
    ///
    /// @param owner whose memory it is, for the account
    public static TensorArena over(Arena memory, MemoryAccount account, String owner) {
        return new TensorArena(memory, account, owner);
    }

    /// An arena that will take `bytes` from an account; refuses at once, and with the whole need, what would not fit.
    ///
    /// @throws OverBudgetException when the account has not enough left
    public static TensorArena planned(MemoryAccount account, String owner, long bytes) {
        account.requireFree(owner, bytes);
        return new TensorArena(account.memory().open(bytes), account, owner);
    }

    private TensorArena(@Nullable Arena arena, MemoryAccount account, String owner) {
        this.arena = arena;
        this.account = account;
        this.owner = owner;
    }

    /// An arena that only counts: its tensors have shapes but no memory and must not be touched.
    public static TensorArena measuring() {
        return new TensorArena(null, MemoryAccount.unlimited("measured"), "tensors");
    }

    /// An arena that only counts what would be taken of a memory.
    public static TensorArena measuring(Memory memory) {
        return measuring(MemoryAccount.unlimited("measured", memory), "tensors");
    }

    /// An arena that only counts, against an account.
    public static TensorArena measuring(MemoryAccount account, String owner) {
        return new TensorArena(null, account, owner);
    }

    /// What a tensor of `byteSize` bytes takes.
    public static long roundedBytes(long byteSize) {
        return Math.addExact(byteSize, ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    }

    /// What a tensor of a shape takes.
    public static long roundedBytes(DType dtype, Shape shape) {
        return roundedBytes(Math.multiplyExact(shape.elements(), dtype.bytes()));
    }

    /// Whether tensors of this arena may be read and written.
    public boolean holdsMemory() {
        return arena != null;
    }

    /// Where its memory comes from.
    public Memory memory() {
        return account.memory();
    }

    /// Copies integers of the host to the beginning of a row of I32 of this arena.
    public void put(int[] values, Matrix row) {
        long bytes = (long) values.length * Integer.BYTES;
        memory().copy(MemorySegment.ofArray(values), row.data().asSlice(0, bytes));
    }

    /// Copies numbers of the host to a contiguous f32 matrix of this arena.
    public void put(float[] values, Matrix matrix) {
        long bytes = (long) values.length * Float.BYTES;
        memory().copy(MemorySegment.ofArray(values), matrix.data().asSlice(0, bytes));
    }

    /// Copies the first elements of a contiguous f32 matrix of this arena to the host, after all kernels so far.
    public void fetch(Matrix matrix, float[] values, int count) {
        long bytes = (long) count * Float.BYTES;
        memory().copy(
                        matrix.data().asSlice(0, bytes),
                        MemorySegment.ofArray(values).asSlice(0, bytes));
    }

    /// A zeroed tensor that lives until this arena is closed.
    ///
    /// @throws OverBudgetException when the account has not enough left
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
        long rounded = roundedBytes(byteSize);
        account.reserve(owner, rounded);
        allocations++;
        bytes += rounded;
        if (arena == null || (byteSize == 0 && !memory().isHost())) {
            return memory().shape(byteSize); // a byte of a block that was planned would push out what comes last
        }
        return arena.allocate(Math.max(byteSize, 1), alignmentBytes).asSlice(0, byteSize);
    }

    public synchronized long allocations() {
        return allocations;
    }

    /// Bytes handed out, in whole cache lines.
    public synchronized long allocatedBytes() {
        return bytes;
    }

    @Override
    public synchronized void close() {
        if (arena != null) {
            arena.close();
        }
        account.release(owner, bytes);
        bytes = 0;
    }
}
