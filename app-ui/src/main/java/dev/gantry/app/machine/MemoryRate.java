package dev.gantry.app.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongUnaryOperator;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/// Measures how fast all cores together copy and read memory that lies outside the caches.
public final class MemoryRate {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LANE_BYTES = SPECIES.vectorByteSize();
    /// Each core's part is far larger than its caches.
    private static final long MAX_BYTES_PER_CORE = 64L << 20;

    private static final long BUDGET_NANOS = 300_000_000L;

    private final int cores;
    private final long bytesPerCore;

    /// @param availableBytes the memory that may be touched; at most a quarter of it is
    public MemoryRate(int cores, long availableBytes) {
        this.cores = cores;
        long share = availableBytes / 4 / (2L * cores);
        this.bytesPerCore = Math.clamp(share, 1L << 20, MAX_BYTES_PER_CORE) / 4096 * 4096;
    }

    /// Bytes read per second, summed over the cores.
    public long readBytesPerSecond() {
        return measure(MemoryRate::readOnce);
    }

    /// Bytes copied per second, summed over the cores; each is read once and written once.
    public long copyBytesPerSecond() {
        return measure((from, to) -> {
            MemorySegment.copy(from, 0, to, 0, from.byteSize());
            return to.get(java.lang.foreign.ValueLayout.JAVA_LONG, 0);
        });
    }

    private interface Pass {
        long run(MemorySegment from, MemorySegment to);
    }

    private long measure(Pass pass) {
        try (var arena = Arena.ofShared();
                ExecutorService threads = Executors.newFixedThreadPool(cores)) {
            LongUnaryOperator core = ignored -> {
                var from = arena.allocate(bytesPerCore, 4096).fill((byte) 1);
                var to = arena.allocate(bytesPerCore, 4096).fill((byte) 2);
                return bytesPerSecond(pass, from, to);
            };
            var rates = new ArrayList<Future<Long>>();
            for (int i = 0; i < cores; i++) {
                rates.add(threads.submit(() -> core.applyAsLong(0)));
            }
            long sum = 0;
            for (var rate : rates) {
                sum += rate.get();
            }
            return sum;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the memory measurement failed", e.getCause());
        }
    }

    private static long bytesPerSecond(Pass pass, MemorySegment from, MemorySegment to) {
        // the first passes fault the pages in and let the compiler finish
        long sink = pass.run(from, to) + pass.run(from, to);
        long start = System.nanoTime();
        long passes = 0;
        while (System.nanoTime() - start < BUDGET_NANOS) {
            sink += pass.run(from, to);
            passes++;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        // keeps the reads alive; the sum of ones is never negative
        return sink == Long.MIN_VALUE ? 0 : (long) (passes * from.byteSize() / seconds);
    }

    private static long readOnce(MemorySegment from, MemorySegment unused) {
        long bytes = from.byteSize();
        var order = ByteOrder.nativeOrder();
        var one = LongVector.zero(SPECIES);
        var two = LongVector.zero(SPECIES);
        var three = LongVector.zero(SPECIES);
        var four = LongVector.zero(SPECIES);
        for (long at = 0; at <= bytes - 4L * LANE_BYTES; at += 4L * LANE_BYTES) {
            one = one.add(LongVector.fromMemorySegment(SPECIES, from, at, order));
            two = two.add(LongVector.fromMemorySegment(SPECIES, from, at + LANE_BYTES, order));
            three = three.add(LongVector.fromMemorySegment(SPECIES, from, at + 2L * LANE_BYTES, order));
            four = four.add(LongVector.fromMemorySegment(SPECIES, from, at + 3L * LANE_BYTES, order));
        }
        return one.add(two).add(three.add(four)).reduceLanes(jdk.incubator.vector.VectorOperators.ADD);
    }
}
