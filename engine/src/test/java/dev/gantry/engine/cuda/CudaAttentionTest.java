package dev.gantry.engine.cuda;

import static dev.gantry.engine.cpu.kernels.vector.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.cpu.kernels.scalar.ScalarAttention;
import dev.gantry.engine.cpu.kernels.vector.Close;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tiled attention on the host against scalar truth: heads, groups, biases, windows, lengths around the tile sizes.
class CudaAttentionTest {
    private static final float[] SLOPES = {0.5f, 0.25f, 0.125f, 0.06f, 0.03f, 0.01f};

    private final HostCuda cuda = HostCuda.open();
    private final CudaBackend backend = cuda.backend();

    @AfterEach
    void close() {
        backend.close();
        cuda.close();
    }

    /// heads, kv heads, head dim, window, ALiBi, type, lengths of the segments.
    @ParameterizedTest
    @CsvSource({
        "2, 2, 64, 0, false, F32, 1", "1, 1, 64, 0, false, F32, 100", "4, 2, 8, 0, false, F32, 24 1 33",
        "3, 1, 12, 5, false, F32, 50 31", "2, 2, 16, 32, false, F32, 90", "2, 1, 33, 40, true, F32, 70",
        "4, 4, 80, 0, true, F32, 32 48", "6, 2, 24, 7, true, BF16, 31 40", "2, 1, 128, 0, false, F16, 35",
        "1, 1, 256, 0, false, F32, 34"
    })
    void forwardAndBackwardEqualScalar_inEveryOrderOfThreads(
            int heads, int kvHeads, int headDim, int window, boolean alibi, DType dtype, String lengths) {
        try (RandomMatrices make = cuda.matrices("forwardAndBackwardEqualScalar")) {
            AttentionBias bias = new AttentionBias((float) (1 / Math.sqrt(headDim)), window, alibi ? SLOPES : null);
            Segments segments = Segments.packed(ints(lengths));
            int tokens = Arrays.stream(segments.queryLength()).sum();
            Heads q = Heads.sideBySide(make.normal(dtype, tokens, heads * headDim), heads);
            Matrix kv = make.normal(dtype, tokens, 2 * kvHeads * headDim + 3); // interleaved
            Heads k = new Heads(kv, 0, 2 * headDim, kvHeads, headDim);
            Heads v = new Heads(kv, headDim, 2 * headDim, kvHeads, headDim);
            Matrix dOut = make.normal(dtype, tokens, heads * headDim);
            Matrix[] actual = run(make, backend.attention(), bias, segments, q, k, v, dOut);
            cuda.reverse(true);
            Matrix[] again = run(make, backend.attention(), bias, segments, q, k, v, dOut);
            Matrix[] expected = run(make, new ScalarAttention(), bias, segments, q, k, v, dOut);
            String[] names = {"out", "logSumExp", "dq", "dk|dv"};
            for (int i = 0; i < names.length; i++) {
                // narrow outputs feed the backward, so differences of one step come back
                double tolerance = dtype == DType.F32 ? 4e-6 : 1e-2;
                assertClose(names[i], actual[i], expected[i], tolerance, tolerance * (1 + Close.largest(expected[i])));
                assertThat(again[i].data().mismatch(actual[i].data()))
                        .as(names[i])
                        .isEqualTo(-1);
            }
        }
    }

    private static Matrix[] run(
            RandomMatrices make,
            AttentionKernels attention,
            AttentionBias bias,
            Segments segments,
            Heads q,
            Heads k,
            Heads v,
            Matrix dOut) {
        DType dtype = dOut.dtype();
        Matrix out = make.zeros(dtype, dOut.rows(), dOut.columns());
        Matrix lse = make.zeros(DType.F32, dOut.rows(), q.heads());
        Matrix dq = make.zeros(dtype, dOut.rows(), dOut.columns());
        Matrix dkv = make.zeros(dtype, k.matrix().rows(), k.matrix().columns());
        Heads dqHeads = Heads.sideBySide(dq, q.heads());
        Heads dk = new Heads(dkv, k.firstColumn(), k.headStride(), k.heads(), k.headDim());
        Heads dv = new Heads(dkv, v.firstColumn(), v.headStride(), v.heads(), v.headDim());
        attention.forward(bias, segments, q, k, v, out, lse);
        attention.backward(bias, segments, q, k, v, out, lse, dOut, dqHeads, dk, dv);
        return new Matrix[] {out, lse, dq, dkv};
    }

    /// heads, kv heads, head dim, window, ALiBi, type, queries a segment, lengths of the caches.
    @ParameterizedTest
    @CsvSource({
        "3, 3, 64, 0, false, F32, 1, 1", "4, 2, 24, 0, true, F32, 1, 300 3 64", "6, 1, 64, 100, false, BF16, 1, 57 200",
        "2, 2, 16, 5, true, F32, 1, 12 113", "4, 2, 64, 0, false, F32, 9, 100 9", "2, 1, 16, 40, true, F32, 40, 133 40"
    })
    void decodingEqualsScalar(
            int heads, int kvHeads, int headDim, int window, boolean alibi, DType dtype, int queries, String lengths) {
        AttentionBias bias = new AttentionBias((float) (1 / Math.sqrt(headDim)), window, alibi ? SLOPES : null);
        compareDecoding(bias, heads, kvHeads, headDim, dtype, queries, ints(lengths));
    }

    @Test
    void moreSegmentsThanOneLaunchTakes_areTakenInSeveral() {
        int[] lengths = IntStream.range(0, 130).map(s -> 1 + s % 7).toArray();
        compareDecoding(new AttentionBias(0.5f, 0, null), 2, 1, 8, DType.F32, 1, lengths);
    }

    private void compareDecoding(
            AttentionBias bias, int heads, int kvHeads, int headDim, DType dtype, int queries, int[] keyLength) {
        try (RandomMatrices make = cuda.matrices("decodingEqualsScalar")) {
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
            backend.attention().forward(bias, segments, q, k, v, actual, actualSum);
            new ScalarAttention().forward(bias, segments, q, k, v, expected, expectedSum);
            assertClose("out", actual, expected, 1e-6, 2e-6);
            assertClose("logSumExp", actualSum, expectedSum, 1e-6, 1e-6);
        }
    }

    @Test
    void headsWiderThanTheKernelsTake_areRefusedInWords() {
        try (RandomMatrices make = cuda.matrices("wideHeads")) {
            Heads wide = Heads.sideBySide(make.zeros(DType.F32, 1, 257), 1);
            Matrix out = make.zeros(DType.F32, 1, 257);
            Matrix lse = make.zeros(DType.F32, 1, 1);
            AttentionBias bias = new AttentionBias(1, 0, null);
            assertThatThrownBy(() -> backend.attention().forward(bias, Segments.packed(1), wide, wide, wide, out, lse))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("1 heads of 257 columns");
        }
    }

    private static int[] ints(String lengths) {
        return Arrays.stream(lengths.split(" ")).mapToInt(Integer::parseInt).toArray();
    }
}
