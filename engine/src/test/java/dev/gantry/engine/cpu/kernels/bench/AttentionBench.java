package dev.gantry.engine.cpu.kernels.bench;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.cpu.kernels.vector.VectorKernels;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// GPT-2 small's attention on one thread: 12 heads of 64.
///
/// Limits: forward and backward are held against the f32 multiply-add peak (215-250 GFLOP/s a core on Zen 5):
/// with T tokens the causal half is `1536 · T · (T+1)` operations forward and 2.5 times that backward; 50 % of peak is
/// asked for. Decoding is held against the streaming read of keys and values (33 GB/s a core): `2 · T · 768` elements.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls the set-up
public class AttentionBench {
    private static final int HEADS = 12;
    private static final int HEAD_DIM = 64;
    private static final int WIDTH = HEADS * HEAD_DIM;

    @Param({"256", "1024"})
    int tokens;

    @Param({"F32", "BF16"})
    DType dtype;

    private final AttentionBias bias = new AttentionBias(0.125f, 0, null);
    private RandomMatrices make;
    private WorkerPool pool;
    private AttentionKernels attention;
    private Segments whole;
    private Segments last;
    private Heads q;
    private Heads k;
    private Heads v;
    private Heads dq;
    private Heads dk;
    private Heads dv;
    private Matrix out;
    private Matrix dOut;
    private Matrix logSumExp;

    @Setup
    public void setUp() {
        make = new RandomMatrices("AttentionBench");
        pool = new WorkerPool(1);
        attention = VectorKernels.on(pool).attention();
        whole = Segments.packed(tokens);
        last = new Segments(new int[] {0}, new int[] {1}, new int[] {0}, new int[] {tokens});
        q = Heads.sideBySide(make.normal(dtype, tokens, WIDTH), HEADS);
        k = Heads.sideBySide(make.normal(dtype, tokens, WIDTH), HEADS);
        v = Heads.sideBySide(make.normal(dtype, tokens, WIDTH), HEADS);
        dq = Heads.sideBySide(make.zeros(dtype, tokens, WIDTH), HEADS);
        dk = Heads.sideBySide(make.zeros(dtype, tokens, WIDTH), HEADS);
        dv = Heads.sideBySide(make.zeros(dtype, tokens, WIDTH), HEADS);
        out = make.zeros(dtype, tokens, WIDTH);
        dOut = make.normal(dtype, tokens, WIDTH);
        logSumExp = make.zeros(DType.F32, tokens, HEADS);
        attention.forward(bias, whole, q, k, v, out, logSumExp);
    }

    @TearDown
    public void tearDown() {
        pool.close();
        make.close();
    }

    @Benchmark
    public void forward() {
        attention.forward(bias, whole, q, k, v, out, logSumExp);
    }

    @Benchmark
    public void backward() {
        attention.backward(bias, whole, q, k, v, out, logSumExp, dOut, dq, dk, dv);
    }

    @Benchmark
    public void decode() {
        attention.forward(bias, last, q, k, v, out, logSumExp);
    }
}
