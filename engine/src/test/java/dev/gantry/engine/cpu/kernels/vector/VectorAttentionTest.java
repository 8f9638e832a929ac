package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Close.assertClose;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.KernelSet;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tiled attention against scalar truth: heads, groups, biases, windows, lengths around the tile size.
class VectorAttentionTest {
    private final WorkerPool pool = new WorkerPool(2);
    private final KernelSet vector = VectorKernels.on(pool);
    private final KernelSet scalar = KernelSet.scalar();

    @AfterEach
    void closePool() {
        pool.close();
    }

    /// heads, kv heads, head dim, window, ALiBi, type, lengths of the segments.
    @ParameterizedTest
    @CsvSource({
        "2, 2, 64, 0, false, F32, 1", "2, 2, 64, 0, false, F32, 300", "4, 2, 8, 0, false, F32, 24 1 63",
        "3, 1, 12, 5, false, F32, 70 65", "2, 2, 16, 64, false, F32, 200", "2, 1, 33, 100, true, F32, 130",
        "4, 4, 80, 0, true, F32, 64 128", "2, 2, 64, 0, false, BF16, 65 100", "6, 2, 24, 7, true, BF16, 31 140",
        "2, 1, 128, 0, false, F32, 129"
    })
    void forwardAndBackwardEqualScalar(
            int heads, int kvHeads, int headDim, int window, boolean alibi, DType dtype, String lengths) {
        try (RandomMatrices make = new RandomMatrices("forwardAndBackwardEqualScalar")) {
            float[] slopes = new float[heads];
            for (int h = 0; h < heads; h++) {
                slopes[h] = (float) Math.pow(2, -h - 1);
            }
            AttentionBias bias = new AttentionBias((float) (1 / Math.sqrt(headDim)), window, alibi ? slopes : null);
            Segments segments = Segments.packed(Arrays.stream(lengths.split(" "))
                    .mapToInt(Integer::parseInt)
                    .toArray());
            Problem problem = Problem.random(make, bias, segments, heads, kvHeads, headDim, dtype);
            Matrix[] actual = problem.run(make, vector);
            Matrix[] expected = problem.run(make, scalar);
            String[] names = {"out", "logSumExp", "dq", "dk|dv"};
            for (int i = 0; i < names.length; i++) {
                // narrow outputs feed the backward, so differences of one step come back
                double tolerance = dtype == DType.F32 ? 3e-6 : 1e-2;
                assertClose(names[i], actual[i], expected[i], tolerance, tolerance * (1 + Close.largest(expected[i])));
            }
        }
    }

    /// heads, kv heads, head dim, window, ALiBi, type, queries a segment, lengths of the caches.
    @ParameterizedTest
    @CsvSource({
        "3, 3, 64, 0, false, F32, 1, 1", "4, 2, 24, 0, true, F32, 1, 700 3 256",
                "6, 1, 64, 300, false, BF16, 1, 257 900",
        "2, 2, 16, 5, true, F32, 1, 12 513", "4, 2, 64, 0, false, F32, 9, 100 9", "2, 1, 16, 40, true, F32, 70, 333 70"
    })
    void decodingEqualsScalar(
            int heads, int kvHeads, int headDim, int window, boolean alibi, DType dtype, int queries, String lengths) {
        try (RandomMatrices make = new RandomMatrices("decodingEqualsScalar")) {
            float[] slopes = {0.5f, 0.25f, 0.125f, 0.06f, 0.03f, 0.01f};
            AttentionBias bias = new AttentionBias((float) (1 / Math.sqrt(headDim)), window, alibi ? slopes : null);
            int[] keyLength = Arrays.stream(lengths.split(" "))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            int count = keyLength.length;
            int region = Arrays.stream(keyLength).max().orElse(0) + 3; // a cache with room to grow
            int[] queryStart = IntStream.range(0, count).map(s -> s * queries).toArray();
            int[] keyStart = IntStream.range(0, count).map(s -> s * region).toArray();
            int[] queryLength = IntStream.range(0, count).map(s -> queries).toArray();
            Segments segments = new Segments(queryStart, queryLength, keyStart, keyLength);
            Heads q = Heads.sideBySide(make.normal(dtype, count * queries, heads * headDim), heads);
            Heads k = Heads.sideBySide(make.normal(dtype, count * region, kvHeads * headDim), kvHeads);
            Heads v = Heads.sideBySide(make.normal(dtype, count * region, kvHeads * headDim), kvHeads);
            Matrix actual = make.zeros(DType.F32, count * queries, heads * headDim);
            Matrix expected = make.zeros(DType.F32, count * queries, heads * headDim);
            Matrix actualSum = make.zeros(DType.F32, count * queries, heads);
            Matrix expectedSum = make.zeros(DType.F32, count * queries, heads);
            vector.attention().forward(bias, segments, q, k, v, actual, actualSum);
            scalar.attention().forward(bias, segments, q, k, v, expected, expectedSum);
            assertClose("out", actual, expected, 1e-6, 2e-6);
            assertClose("logSumExp", actualSum, expectedSum, 1e-6, 1e-6);
        }
    }

    /// One attention with gradients; k and v lie interleaved in one matrix.
    record Problem(AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix dOut) {

        static Problem random(
                RandomMatrices make,
                AttentionBias bias,
                Segments segments,
                int heads,
                int kvHeads,
                int headDim,
                DType dtype) {
            int last = segments.count() - 1;
            int tokens = segments.queryStart()[last] + segments.queryLength()[last];
            Heads q = Heads.sideBySide(make.normal(dtype, tokens, heads * headDim), heads);
            Matrix kv = make.normal(dtype, tokens, 2 * kvHeads * headDim + 3);
            Heads k = new Heads(kv, 0, 2 * headDim, kvHeads, headDim);
            Heads v = new Heads(kv, headDim, 2 * headDim, kvHeads, headDim);
            return new Problem(bias, segments, q, k, v, make.normal(dtype, tokens, heads * headDim));
        }

        Matrix[] run(RandomMatrices make, KernelSet kernels) {
            DType dtype = dOut.dtype();
            Matrix out = make.zeros(dtype, dOut.rows(), dOut.columns());
            Matrix lse = make.zeros(DType.F32, dOut.rows(), q.heads());
            Matrix dq = make.zeros(dtype, dOut.rows(), dOut.columns());
            Matrix dkv = make.zeros(dtype, k.matrix().rows(), k.matrix().columns());
            kernels.attention().forward(bias, segments, q, k, v, out, lse);
            kernels.attention()
                    .backward(
                            bias,
                            segments,
                            q,
                            k,
                            v,
                            out,
                            lse,
                            dOut,
                            Heads.sideBySide(dq, q.heads()),
                            new Heads(dkv, k.firstColumn(), k.headStride(), k.heads(), k.headDim()),
                            new Heads(dkv, v.firstColumn(), v.headStride(), v.heads(), v.headDim()));
            return new Matrix[] {out, lse, dq, dkv};
        }
    }
}
