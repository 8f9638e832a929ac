package dev.gantry.engine.cpu.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.backend.OptimizerKernels.AdamStep;
import dev.gantry.engine.backend.OptimizerKernels.LarsStep;
import dev.gantry.engine.backend.RotaryKernels.Direction;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.KernelSet;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What holds for every vector kernel: the same bits at any number of threads, and no garbage from boxed vectors.
class ThreadsAndAllocationTest {
    private static final int TOKENS = 150;
    private static final int WIDTH = 384;
    /// The task object and what it captures; one boxed vector is as large, and a kernel handles thousands.
    private static final long BYTES_OF_A_CALL = 1024;

    private static final long DEADLINE_NANOS = 60_000_000_000L;

    @Test
    void bitsAreTheSame_whateverTheNumberOfThreads() {
        List<Matrix> one;
        try (RandomMatrices make = new RandomMatrices("bitsAreTheSame")) {
            one = outputs(make, 1, 71);
            for (int threads : new int[] {2, 4}) {
                List<Matrix> many = outputs(make, threads, 71);
                for (int i = 0; i < one.size(); i++) {
                    assertThat(many.get(i).data().mismatch(one.get(i).data()))
                            .as("matrix %d at %d threads", i, threads)
                            .isEqualTo(-1);
                }
            }
        }
    }

    private static List<Matrix> outputs(RandomMatrices make, int threads, long seed) {
        make.random().setSeed(seed);
        try (WorkerPool pool = new WorkerPool(threads)) {
            Calls calls = new Calls(make, VectorKernels.on(pool));
            calls.all.values().forEach(Runnable::run);
            calls.all.values().forEach(Runnable::run); // once more, on what the first left
            return calls.matrices;
        }
    }

    @Test
    void nothingIsAllocatedButTheTask_onceCompiled() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (RandomMatrices make = new RandomMatrices("nothingIsAllocated");
                WorkerPool pool = new WorkerPool(1)) {
            Calls calls = new Calls(make, VectorKernels.on(pool));
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            Map<String, Runnable> left = new LinkedHashMap<>(calls.all);
            while (!left.isEmpty() && System.nanoTime() < deadline) {
                left.entrySet().removeIf(call -> bytesOf(call.getValue(), threads) <= BYTES_OF_A_CALL);
            }
            assertThat(left.keySet()).isEmpty();
        }
    }

    private static long bytesOf(Runnable call, ThreadMXBean threads) {
        for (int i = 0; i < 20; i++) {
            call.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        call.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /// Every kernel once, on small matrices.
    private static final class Calls {
        final Map<String, Runnable> all = new LinkedHashMap<>();
        final List<Matrix> matrices = new ArrayList<>();
        private final RandomMatrices make;

        Calls(RandomMatrices make, KernelSet kernels) {
            this.make = make;
            addNorms(kernels);
            addElementwise(kernels);
            addLookUps(kernels);
            addAttention(kernels);
            addOptimizers(kernels);
        }

        private Matrix matrix(DType dtype, int rows, int columns) {
            Matrix m = make.normal(dtype, rows, columns);
            matrices.add(m);
            return m;
        }

        private void addNorms(KernelSet kernels) {
            Matrix x = matrix(DType.BF16, TOKENS, WIDTH);
            Matrix gamma = matrix(DType.F32, 1, WIDTH);
            Matrix y = matrix(DType.F32, TOKENS, WIDTH);
            Matrix stats = matrix(DType.F32, TOKENS, 2);
            Matrix dgamma = matrix(DType.F32, 1, WIDTH);
            Matrix dbeta = matrix(DType.F32, 1, WIDTH);
            all.put("layerNorm", () -> kernels.norms().layerNorm(x, gamma, gamma, 1e-5f, y, stats));
            all.put(
                    "layerNormBackward",
                    () -> kernels.norms()
                            .layerNormBackward(y, x, gamma, stats, y, Accumulate.OVERWRITE, dgamma, dbeta));
            all.put("rmsNorm", () -> kernels.norms().rmsNorm(x, gamma, 1e-5f, y, stats));
            all.put(
                    "rmsNormBackward",
                    () -> kernels.norms().rmsNormBackward(y, x, gamma, stats, y, Accumulate.ADD, dgamma));
        }

        private void addElementwise(KernelSet kernels) {
            Matrix x = matrix(DType.F32, TOKENS, WIDTH);
            Matrix y = matrix(DType.BF16, TOKENS, WIDTH);
            Matrix z = matrix(DType.F32, TOKENS, WIDTH);
            Matrix sums = matrix(DType.F32, 1, WIDTH);
            for (Activation f : Activation.values()) {
                all.put(f + " forward", () -> kernels.activations().forward(f, x, y));
                all.put(f + " gated backward", () -> kernels.activations().gatedBackward(f, x, y, x, z, y));
            }
            all.put("copy", () -> kernels.elements().copy(x, y));
            all.put("copy back", () -> kernels.elements().copy(y, z));
            all.put("add", () -> kernels.elements().add(0.5f, y, z));
            all.put("addColumnSums", () -> kernels.elements().addColumnSums(x, sums));
            all.put("sumOfSquares", () -> {
                double squares = kernels.elements().sumOfSquares(x);
                sums.data().set(java.lang.foreign.ValueLayout.JAVA_FLOAT, 0, (float) squares);
            });
            all.put("dropout", () -> kernels.elements().dropout(x, 0.1f, 5, z));
        }

        private void addLookUps(KernelSet kernels) {
            Matrix ids = make.randomIds(TOKENS, 40);
            Matrix table = matrix(DType.F32, 42, WIDTH);
            Matrix y = matrix(DType.F32, TOKENS, WIDTH);
            Matrix loss = matrix(DType.F32, 1, TOKENS);
            Matrix cosines = matrix(DType.F32, 40, 32);
            all.put("gather", () -> kernels.embeddings().gather(ids, 2, table, y, Accumulate.ADD));
            all.put("scatterAdd", () -> kernels.embeddings().scatterAdd(ids, 2, y, table));
            Matrix state = make.zeros(DType.F64, TOKENS, LossKernels.STATE_COLUMNS);
            matrices.add(state);
            LossKernels.Columns columns = new LossKernels.Columns(0, WIDTH);
            all.put("softmax", () -> kernels.losses().softmax(y, columns, ids, state));
            all.put("crossEntropy", () -> kernels.losses().crossEntropy(state, ids, loss));
            all.put(
                    "crossEntropy backward",
                    () -> kernels.losses().crossEntropyBackward(y, columns, ids, state, 0.1f, y));
            all.put(
                    "rotate",
                    () -> kernels.rotary().rotate(Heads.sideBySide(y, 6), ids, cosines, cosines, Direction.FORWARD));
        }

        private void addAttention(KernelSet kernels) {
            Matrix qkv = matrix(DType.BF16, TOKENS, WIDTH + 2 * 128);
            Heads q = new Heads(qkv, 0, 64, 6, 64);
            Heads k = new Heads(qkv, WIDTH, 128, 2, 64);
            Heads v = new Heads(qkv, WIDTH + 64, 128, 2, 64);
            Matrix dqkv = matrix(DType.F32, TOKENS, WIDTH + 2 * 128);
            Heads dq = new Heads(dqkv, 0, 64, 6, 64);
            Heads dk = new Heads(dqkv, WIDTH, 128, 2, 64);
            Heads dv = new Heads(dqkv, WIDTH + 64, 128, 2, 64);
            Matrix out = matrix(DType.F32, TOKENS, WIDTH);
            Matrix dOut = matrix(DType.F32, TOKENS, WIDTH);
            Matrix lse = matrix(DType.F32, TOKENS, 6);
            AttentionBias bias = new AttentionBias(0.125f, 0, null);
            Segments segments = Segments.packed(100, TOKENS - 100);
            Segments one = new Segments(new int[] {0}, new int[] {1}, new int[] {0}, new int[] {TOKENS});
            all.put("attention decode", () -> kernels.attention().forward(bias, one, q, k, v, out, lse));
            all.put("attention", () -> kernels.attention().forward(bias, segments, q, k, v, out, lse));
            all.put(
                    "attention backward",
                    () -> kernels.attention().backward(bias, segments, q, k, v, out, lse, dOut, dq, dk, dv));
        }

        private void addOptimizers(KernelSet kernels) {
            Matrix w = matrix(DType.F32, TOKENS, WIDTH);
            Matrix narrow = matrix(DType.BF16, TOKENS, WIDTH);
            Matrix g = matrix(DType.F32, TOKENS, WIDTH);
            Matrix m = make.zeros(DType.F32, TOKENS, WIDTH);
            Matrix v = make.zeros(DType.F32, TOKENS, WIDTH);
            matrices.add(m);
            matrices.add(v);
            AdamStep adam = new AdamStep(1e-3, 0.9, 0.999, 1e-8, 0.01, 0.1, 0.001);
            LarsStep lars = new LarsStep(0.1, 0.9, 0.01, 0.02, 1e-8);
            all.put("adamW", () -> kernels.optimizers().adamW(w, g, m, v, adam, 1));
            all.put("adamW bf16", () -> kernels.optimizers().adamW(narrow, g, m, v, adam, 1));
            all.put("lamb", () -> kernels.optimizers().lamb(w, g, m, v, adam, 1));
            all.put("lars", () -> kernels.optimizers().lars(w, g, m, lars, 1));
        }
    }
}
