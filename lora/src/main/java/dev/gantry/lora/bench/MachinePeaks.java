package dev.gantry.lora.bench;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The machine's own best, as probes that can be repeated beside what is held against them. Holds the memory they need.
final class MachinePeaks implements AutoCloseable {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int EXTENT = 2048;
    /// What keeps a card busy for longer than it takes to launch a kernel.
    private static final int EXTENT_ON_DEVICE = 8192;

    private static final int SMALL_EXTENT_ON_DEVICE = 4096;
    private static final long AMPLE_BYTES = 2L << 30;
    private static final long READ_BYTES = 512L << 20;

    private final TensorArena arena = new TensorArena();
    private final List<TensorArena> onDevice = new ArrayList<>();
    private final AtomicLong sink = new AtomicLong();

    /// A large product in the compute type on all threads.
    ///
    /// @return a probe of operations a second
    DoubleSupplier matmulFlopsPerSecond(Backend backend, ComputeType compute) {
        TensorArena device = deviceArena(backend);
        int extent = extent(backend);
        Matrix a = device.matrix(compute.dtype(), extent, extent);
        Matrix b = device.matrix(compute.dtype(), extent, extent);
        Matrix c = device.matrix(DType.F32, extent, extent);
        backend.elements().fill(a, 0.5f);
        backend.elements().fill(b, 0.25f);
        return () -> {
            long start = System.nanoTime();
            backend.matmul().multiply(Layout.NT, 1, a, b, null, c, Accumulate.OVERWRITE);
            backend.synchronize();
            return 2.0 * extent * extent * extent * 1e9 / (System.nanoTime() - start);
        };
    }

    private static int extent(Backend backend) {
        if (backend.memory().isHost()) {
            return EXTENT;
        }
        return backend.memory().freeBytes() >= AMPLE_BYTES ? EXTENT_ON_DEVICE : SMALL_EXTENT_ON_DEVICE;
    }

    /// One reading of memory far larger than the caches: by the processor on all threads, or on a device with memory of
    /// its own half of a copying there.
    ///
    /// @return a probe of bytes a second
    DoubleSupplier readBytesPerSecond(Backend backend, int threads) {
        return backend.memory().isHost() ? readByProcessor(threads) : movedOnDevice(backend);
    }

    private DoubleSupplier movedOnDevice(Backend backend) {
        TensorArena device = deviceArena(backend);
        int rows = Math.toIntExact(READ_BYTES / 2 / EXTENT / Float.BYTES);
        Matrix from = device.matrix(DType.F32, rows, EXTENT);
        Matrix to = device.matrix(DType.F32, rows, EXTENT);
        return () -> {
            backend.synchronize();
            long start = System.nanoTime();
            backend.elements().copy(from, to);
            backend.synchronize();
            return READ_BYTES * 1e9 / (System.nanoTime() - start);
        };
    }

    private DoubleSupplier readByProcessor(int threads) {
        MemorySegment memory = arena.allocateBytes(READ_BYTES);
        memory.fill((byte) 1);
        return () -> {
            long start = System.nanoTime();
            readOnce(memory, threads);
            double rate = READ_BYTES * 1e9 / (System.nanoTime() - start);
            if (sink.get() == 0) {
                throw new IllegalStateException("the memory that was read held nothing");
            }
            return rate;
        };
    }

    /// One copying of memory far larger than the caches, on all threads.
    ///
    /// @return a probe of bytes read and written a second
    DoubleSupplier copiedBytesPerSecond(int threads) {
        long bytes = READ_BYTES / 2;
        MemorySegment from = arena.allocateBytes(bytes);
        MemorySegment to = arena.allocateBytes(bytes);
        from.fill((byte) 1);
        to.fill((byte) 2);
        return () -> {
            long start = System.nanoTime();
            inParts(bytes, threads, (at, share) -> MemorySegment.copy(from, at, to, at, share));
            return 2.0 * bytes * 1e9 / (System.nanoTime() - start);
        };
    }

    private TensorArena deviceArena(Backend backend) {
        TensorArena arena = new TensorArena(backend.unlimited(), "probe");
        onDevice.add(arena);
        return arena;
    }

    @Override
    public void close() {
        onDevice.forEach(TensorArena::close);
        arena.close();
    }

    private void readOnce(MemorySegment memory, int threads) {
        inParts(memory.byteSize(), threads, (at, share) -> sink.addAndGet(sum(memory, at, share)));
    }

    /// Work on a part of memory.
    private interface Part {
        void run(long at, long bytes);
    }

    private static void inParts(long bytes, int threads, Part part) {
        long share = bytes / threads;
        Thread[] others = IntStream.range(1, threads)
                .mapToObj(t -> Thread.ofPlatform().start(() -> part.run(t * share, share)))
                .toArray(Thread[]::new);
        part.run(0, share);
        for (Thread other : others) {
            try {
                other.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while measuring", e);
            }
        }
    }

    private static long sum(MemorySegment memory, long from, long bytes) {
        LongVector one = LongVector.zero(LONGS);
        LongVector two = one;
        LongVector three = one;
        LongVector four = one;
        long step = LONGS.vectorByteSize();
        for (long at = from; at + 4 * step <= from + bytes; at += 4 * step) {
            one = one.add(LongVector.fromMemorySegment(LONGS, memory, at, ByteOrder.nativeOrder()));
            two = two.add(LongVector.fromMemorySegment(LONGS, memory, at + step, ByteOrder.nativeOrder()));
            three = three.add(LongVector.fromMemorySegment(LONGS, memory, at + 2 * step, ByteOrder.nativeOrder()));
            four = four.add(LongVector.fromMemorySegment(LONGS, memory, at + 3 * step, ByteOrder.nativeOrder()));
        }
        return one.add(two).add(three.add(four)).reduceLanes(VectorOperators.ADD);
    }
}
