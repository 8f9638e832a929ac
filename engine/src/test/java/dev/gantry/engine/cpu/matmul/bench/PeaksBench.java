package dev.gantry.engine.cpu.matmul.bench;

import dev.gantry.engine.cpu.LaneSum;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What {@link MatmulBench} is held against: reported are floating-point operations, and bytes read, per nanosecond.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls the set-up
public class PeaksBench {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = 16;
    private static final int ROUNDS = 20_000;
    private static final int TILES = 8;
    private static final int READ_BYTES = 256 << 20;

    @Param({"1", "2"})
    int threads;

    private WorkerPool pool;
    private TensorArena arena;
    private MemorySegment memory;
    private final float[] results = new float[TILES];

    @Setup
    public void setUp() {
        pool = new WorkerPool(threads);
        arena = new TensorArena();
        memory = arena.allocateBytes(READ_BYTES).fill((byte) 0);
    }

    @TearDown
    public void tearDown() {
        pool.close();
        arena.close();
    }

    /// Operations with 16 lanes; a machine with fewer reaches that part of the figure.
    @Benchmark
    @OperationsPerInvocation(TILES * ROUNDS * 8 * 2 * LANES)
    public float[] peak() {
        pool.parallel(TILES, (tile, worker) -> results[tile] = multiplyAdds(results[tile]));
        return results;
    }

    @Benchmark
    @OperationsPerInvocation(READ_BYTES)
    public float[] read() {
        int bytes = READ_BYTES / TILES;
        pool.parallel(TILES, (tile, worker) -> results[tile] = sum(memory, (long) tile * bytes, bytes));
        return results;
    }

    private static float multiplyAdds(float start) {
        FloatVector x = FloatVector.broadcast(F, 0.999f);
        FloatVector y = FloatVector.broadcast(F, 1e-3f);
        FloatVector a = FloatVector.broadcast(F, start);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        FloatVector e = a;
        FloatVector f = a;
        FloatVector g = a;
        FloatVector h = a;
        for (int i = 0; i < ROUNDS; i++) {
            a = a.fma(x, y);
            b = b.fma(x, y);
            c = c.fma(x, y);
            d = d.fma(x, y);
            e = e.fma(x, y);
            f = f.fma(x, y);
            g = g.fma(x, y);
            h = h.fma(x, y);
        }
        return LaneSum.of(a.add(b).add(c).add(d).add(e.add(f).add(g).add(h)));
    }

    private static float sum(MemorySegment memory, long from, int bytes) {
        FloatVector a = FloatVector.zero(F);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        int step = F.vectorByteSize();
        for (int i = 0; i < bytes; i += 4 * step) {
            a = a.add(FloatVector.fromMemorySegment(F, memory, from + i, ByteOrder.LITTLE_ENDIAN));
            b = b.add(FloatVector.fromMemorySegment(F, memory, from + i + step, ByteOrder.LITTLE_ENDIAN));
            c = c.add(FloatVector.fromMemorySegment(F, memory, from + i + 2L * step, ByteOrder.LITTLE_ENDIAN));
            d = d.add(FloatVector.fromMemorySegment(F, memory, from + i + 3L * step, ByteOrder.LITTLE_ENDIAN));
        }
        return LaneSum.of(a.add(b).add(c.add(d)));
    }
}
