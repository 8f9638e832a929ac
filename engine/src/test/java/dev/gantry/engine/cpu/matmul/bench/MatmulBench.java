package dev.gantry.engine.cpu.matmul.bench;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The products of a GPT-2 124M step with 256 tokens, full and LoRA, and the same tokens' decoding shapes.
///
/// Limits: with 16 tokens and more the multiply-add peak (`peak`, f32; bf16 products can reach twice that); with 1
/// token the streaming read of the weights (`read`). Reported beside the time: GFLOP/s, and GB/s of weights.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls the set-up
public class MatmulBench {
    /// Layout, then m x n x k.
    @Param({
        "NT 256x2304x768",
        "NT 256x768x3072",
        "NT 256x50257x768",
        "NN 256x768x3072",
        "NN 256x768x50257",
        "TN 3072x768x256",
        "TN 768x768x1024",
        "NT 256x8x768",
        "NN 256x768x8",
        "TN 8x768x256",
        "TN 2304x8x256",
        "NT 1x50257x768",
        "NN 1x3072x768"
    })
    String product;

    @Param({"F32", "BF16"})
    DType dtype;

    @Param({"AUTO", "VECTOR"})
    MatmulChoice choice;

    @Param({"1", "2"})
    int threads;

    private CpuBackend backend;
    private TensorArena arena;
    private Layout layout;
    private Matrix a;
    private Matrix b;
    private Matrix c;

    /// Rates of the last iteration.
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Rates {
        public double gigaflopsPerSecond;
        public double weightGigabytesPerSecond;
        private long products;
        private long started;

        @Setup(Level.Iteration)
        public void start() {
            products = 0;
            started = System.nanoTime();
        }

        void count(Matrix b, long operations) {
            products++;
            double nanos = System.nanoTime() - started;
            gigaflopsPerSecond = products * operations / nanos;
            weightGigabytesPerSecond =
                    products * (double) b.elements() * b.dtype().bytes() / nanos;
        }
    }

    @Setup
    public void setUp() {
        String[] parts = product.split("[ x]", -1);
        layout = Layout.valueOf(parts[0]);
        int m = Integer.parseInt(parts[1]);
        int n = Integer.parseInt(parts[2]);
        int k = Integer.parseInt(parts[3]);
        backend = new CpuBackend(threads, choice);
        arena = new TensorArena();
        SplittableRandom random = new SplittableRandom(1);
        a = layout == Layout.TN ? filled(random, k, m) : filled(random, m, k);
        b = layout == Layout.NT ? filled(random, n, k) : filled(random, k, n);
        c = arena.matrix(DType.F32, m, n);
    }

    private Matrix filled(SplittableRandom random, int rows, int columns) {
        Matrix matrix = arena.matrix(dtype, rows, columns);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                Elements.set(matrix, row, column, (float) random.nextDouble() - 0.5f);
            }
        }
        return matrix;
    }

    @TearDown
    public void tearDown() {
        backend.close();
        arena.close();
    }

    @Benchmark
    public void multiply(Rates rates) {
        backend.matmul().multiply(layout, 1, a, b, null, c, Accumulate.OVERWRITE);
        int k = layout == Layout.TN ? a.rows() : a.columns();
        rates.count(b, 2L * c.rows() * c.columns() * k);
    }
}
