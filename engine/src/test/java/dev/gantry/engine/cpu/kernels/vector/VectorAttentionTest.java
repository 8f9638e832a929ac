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
            Segments segments = Segments.packed(java.util.Arrays.stream(lengths.split(" "))
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
