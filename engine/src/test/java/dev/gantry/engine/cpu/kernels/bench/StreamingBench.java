package dev.gantry.engine.cpu.kernels.bench;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.backend.OptimizerKernels.AdamStep;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.KernelSet;
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

/// Kernels that memory or the exponential bounds, at GPT-2 small's shapes for 256 tokens, on one thread.
///
/// Limits: AdamW moves 28 bytes a parameter (memory: about 34-50 GB/s read and write); norms, copies and sums stay in
/// the second cache; GELU and cross-entropy are held against 0.24 ns an exponential.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls the set-up
public class StreamingBench {
    private static final int TOKENS = 256;
    private static final int WIDTH = 768;
    private static final int INNER = 3072;
    private static final int VOCABULARY = 50_257;

    @Param({"F32", "BF16"})
    DType dtype;

    private final LossKernels.Columns columns = new LossKernels.Columns(0, VOCABULARY);
    private final AdamStep step = new AdamStep(1e-3, 0.9, 0.999, 1e-8, 0.01, 0.1, 0.001);
    private RandomMatrices make;
    private WorkerPool pool;
    private KernelSet kernels;
    private Matrix x;
    private Matrix y;
    private Matrix gamma;
    private Matrix stats;
    private Matrix dgamma;
    private Matrix inner;
    private Matrix innerGradient;
    private Matrix weights;
    private Matrix gradient;
    private Matrix m;
    private Matrix v;
    private Matrix logits;
    private Matrix dLogits;
    private Matrix labels;
    private Matrix state;
    private Matrix rowLoss;

    @Setup
    public void setUp() {
        make = new RandomMatrices("StreamingBench");
        pool = new WorkerPool(1);
        kernels = VectorKernels.on(pool);
        x = make.normal(dtype, TOKENS, WIDTH);
        y = make.normal(dtype, TOKENS, WIDTH);
        gamma = make.normal(DType.F32, 1, WIDTH);
        stats = make.zeros(DType.F32, TOKENS, 2);
        dgamma = make.zeros(DType.F32, 1, WIDTH);
        inner = make.normal(dtype, TOKENS, INNER);
        innerGradient = make.normal(dtype, TOKENS, INNER);
        weights = make.normal(dtype, INNER, WIDTH);
        gradient = make.normal(DType.F32, INNER, WIDTH);
        m = make.zeros(DType.F32, INNER, WIDTH);
        v = make.zeros(DType.F32, INNER, WIDTH);
        logits = make.normal(DType.F32, TOKENS, VOCABULARY);
        dLogits = make.zeros(dtype, TOKENS, VOCABULARY);
        labels = make.randomIds(TOKENS, VOCABULARY);
        state = make.zeros(DType.F64, TOKENS, LossKernels.STATE_COLUMNS);
        rowLoss = make.zeros(DType.F32, 1, TOKENS);
    }

    @TearDown
    public void tearDown() {
        pool.close();
        make.close();
    }

    @Benchmark
    public void layerNorm() {
        kernels.norms().layerNorm(x, gamma, gamma, 1e-5f, y, stats);
    }

    @Benchmark
    public void layerNormBackward() {
        kernels.norms().layerNormBackward(y, x, gamma, stats, y, Accumulate.OVERWRITE, dgamma, dgamma);
    }

    @Benchmark
    public void gelu() {
        kernels.activations().forward(Activation.GELU_TANH, inner, innerGradient);
    }

    @Benchmark
    public void geluBackward() {
        kernels.activations().backward(Activation.GELU_TANH, inner, innerGradient, innerGradient);
    }

    @Benchmark
    public void crossEntropy() {
        kernels.losses().softmax(logits, columns, labels, state);
        kernels.losses().crossEntropy(state, labels, rowLoss);
        kernels.losses().crossEntropyBackward(logits, columns, labels, state, 1e-3f, dLogits);
    }

    @Benchmark
    public void adamW() {
        kernels.optimizers().adamW(weights, gradient, m, v, step, 1);
    }

    @Benchmark
    public void copyToBf16() {
        kernels.elements().copy(gradient, weights);
    }

    @Benchmark
    public double sumOfSquares() {
        return kernels.elements().sumOfSquares(gradient);
    }
}
