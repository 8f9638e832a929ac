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
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The machine's best, measured in the same process as what is held against it.
///
/// @param matmulFlopsPerSecond the best of repeated large products in the compute type, on all threads
/// @param readBytesPerSecond the best of repeated reads of memory far larger than the caches, on all threads
public record MachinePeaks(double matmulFlopsPerSecond, double readBytesPerSecond) {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int EXTENT = 2048;
    private static final long READ_BYTES = 512L << 20;
    private static final int ROUNDS = 7;

    public static MachinePeaks measure(Backend backend, ComputeType compute, int threads) {
        return new MachinePeaks(matmul(backend, compute), read(threads));
    }

    private static double matmul(Backend backend, ComputeType compute) {
        try (TensorArena arena = new TensorArena()) {
            Matrix a = arena.matrix(compute.dtype(), EXTENT, EXTENT);
            Matrix b = arena.matrix(compute.dtype(), EXTENT, EXTENT);
            Matrix c = arena.matrix(DType.F32, EXTENT, EXTENT);
            backend.elements().fill(a, 0.5f);
            backend.elements().fill(b, 0.25f);
            double best = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                backend.matmul().multiply(Layout.NT, 1, a, b, null, c, Accumulate.OVERWRITE);
                backend.synchronize();
                best = Math.max(best, 2.0 * EXTENT * EXTENT * EXTENT * 1e9 / (System.nanoTime() - start));
            }
            return best;
        }
    }

    private static double read(int threads) {
        try (TensorArena arena = new TensorArena()) {
            MemorySegment memory = arena.allocateBytes(READ_BYTES);
            memory.fill((byte) 1);
            double best = 0;
            AtomicLong sink = new AtomicLong();
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                readOnce(memory, threads, sink);
                best = Math.max(best, READ_BYTES * 1e9 / (System.nanoTime() - start));
            }
            if (sink.get() == 0) {
                throw new IllegalStateException("the memory that was read held nothing");
            }
            return best;
        }
    }

    private static void readOnce(MemorySegment memory, int threads, AtomicLong sink) {
        long share = memory.byteSize() / threads;
        Thread[] readers = IntStream.range(1, threads)
                .mapToObj(t -> Thread.ofPlatform().start(() -> sink.addAndGet(sum(memory, t * share, share))))
                .toArray(Thread[]::new);
        sink.addAndGet(sum(memory, 0, share));
        for (Thread reader : readers) {
            try {
                reader.join();
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
