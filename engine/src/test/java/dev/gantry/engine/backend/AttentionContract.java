package dev.gantry.engine.backend;

import static dev.gantry.engine.cpu.kernels.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.gantry.engine.cpu.kernels.Close;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Attention: heads, groups, biases, windows, and lengths around an implementation's tiles.
public abstract class AttentionContract extends KernelContract {
    private final List<Packed> packed;
    private final List<Decoding> decodings;

    protected AttentionContract(Subject subject, List<Packed> packed, List<Decoding> decodings) {
        super(subject);
        this.packed = packed;
        this.decodings = decodings;
    }

    /// Training on sequences one after the other.
    ///
    /// @param lengths of the sequences
    public record Packed(int heads, int kvHeads, int headDim, int window, boolean alibi, DType dtype, String lengths) {}

    /// Queries on a cache, the last of each sequence.
    ///
    /// @param queries of each sequence
    /// @param lengths keys of the sequences
    public record Decoding(
            int heads, int kvHeads, int headDim, int window, boolean alibi, DType dtype, int queries, String lengths) {}

    @TestFactory
    Stream<DynamicTest> forwardAndBackwardEqualScalar_inEveryOrderOfThreads() {
        return packed.stream().map(each -> dynamicTest(each.toString(), () -> compare(each)));
    }

    protected void compare(Packed shape) {
        try (RandomMatrices make = matrices("forwardAndBackwardEqualScalar")) {
            AttentionBias bias = bias(shape.heads, shape.headDim, shape.window, shape.alibi);
            Segments segments = Segments.packed(ints(shape.lengths));
            AttentionProblem problem = AttentionProblem.random(
                    make, bias, segments, shape.heads, shape.kvHeads, shape.headDim, shape.dtype);
            Matrix[] actual = problem.run(make, kernels.attention());
            Matrix[] again = new Matrix[actual.length];
            subject.inAnotherOrder(other -> {
                Matrix[] outputs = problem.run(make, other.attention());
                System.arraycopy(outputs, 0, again, 0, outputs.length);
            });
            Matrix[] expected = problem.run(make, scalar.attention());
            for (int i = 0; i < actual.length; i++) {
                String name = AttentionProblem.OUTPUTS[i];
                double tolerance = tolerance(shape.dtype, expected[i].dtype());
                assertClose(name, actual[i], expected[i], tolerance, tolerance * (1 + Close.largest(expected[i])));
                assertThat(again[i].data().mismatch(actual[i].data()))
                        .as("%s in another order", name)
                        .isEqualTo(-1);
            }
        }
    }

    /// Of what queries on a cache read, in f32.
    ///
    /// @param dtype of keys and values
    protected double queriesTolerance(DType dtype) {
        return 1e-6;
    }

    /// Narrow outputs feed the backward, so differences of one step come back.
    private static double tolerance(DType inputs, DType output) {
        if (inputs == DType.F32) {
            return 3e-6;
        }
        return output == DType.F32 ? 1e-5 : 1e-2;
    }

    @TestFactory
    Stream<DynamicTest> decodingEqualsScalar() {
        return decodings.stream().map(each -> dynamicTest(each.toString(), () -> compare(each, ints(each.lengths))));
    }

    @Test
    void manySequences_areAllDecoded() {
        int[] lengths = IntStream.range(0, 130).map(s -> 1 + s % 7).toArray();
        compare(new Decoding(2, 1, 8, 0, false, DType.F32, 1, "130 of 1 to 7"), lengths);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 300})
    void aSequencesBits_areItsOwn_whateverIsDecodedBesideIt(int window) {
        try (RandomMatrices make = matrices("aSequencesBits")) {
            AttentionBias bias = bias(2, 16, window, false);
            int[] keyLength = {5, 256, 257, 700};
            int[] keyStart = {0, 5, 261, 518};
            Heads q = Heads.sideBySide(make.normal(DType.F32, 4, 32), 2);
            Heads k = Heads.sideBySide(make.normal(DType.F32, 1218, 32), 2);
            Heads v = Heads.sideBySide(make.normal(DType.F32, 1218, 32), 2);
            Matrix together = make.zeros(DType.F32, 4, 32);
            Matrix sums = make.zeros(DType.F32, 4, 2);
            int[] ones = {1, 1, 1, 1};
            Segments all = new Segments(new int[] {0, 1, 2, 3}, ones, keyStart, keyLength);
            kernels.attention().forward(bias, all, q, k, v, together, sums);
            for (int s = 0; s < 4; s++) {
                Matrix alone = make.zeros(DType.F32, 4, 32);
                Segments one =
                        new Segments(new int[] {s}, new int[] {1}, new int[] {keyStart[s]}, new int[] {keyLength[s]});
                kernels.attention().forward(bias, one, q, k, v, alone, make.copy(sums));
                long bytes = 32 * Float.BYTES;
                assertThat(alone.row(s)
                                .data()
                                .asSlice(0, bytes)
                                .mismatch(together.row(s).data().asSlice(0, bytes)))
                        .as("%d keys", keyLength[s])
                        .isEqualTo(-1);
            }
        }
    }

    private void compare(Decoding shape, int[] keyLength) {
        try (RandomMatrices make = matrices("decodingEqualsScalar")) {
            AttentionBias bias = bias(shape.heads, shape.headDim, shape.window, shape.alibi);
            int count = keyLength.length;
            int region = Arrays.stream(keyLength).max().orElse(0) + 3; // a cache with room to grow
            int[] queryStart =
                    IntStream.range(0, count).map(s -> s * shape.queries).toArray();
            int[] keyStart = IntStream.range(0, count).map(s -> s * region).toArray();
            int[] queryLength =
                    IntStream.range(0, count).map(s -> shape.queries).toArray();
            Segments segments = new Segments(queryStart, queryLength, keyStart, keyLength);
            int rows = count * shape.queries;
            int kvWidth = shape.kvHeads * shape.headDim;
            Heads q = Heads.sideBySide(make.normal(shape.dtype, rows, shape.heads * shape.headDim), shape.heads);
            Heads k = Heads.sideBySide(make.normal(shape.dtype, count * region, kvWidth), shape.kvHeads);
            Heads v = Heads.sideBySide(make.normal(shape.dtype, count * region, kvWidth), shape.kvHeads);
            Matrix actual = make.zeros(DType.F32, rows, shape.heads * shape.headDim);
            Matrix expected = make.zeros(DType.F32, rows, shape.heads * shape.headDim);
            Matrix actualSum = make.zeros(DType.F32, rows, shape.heads);
            Matrix expectedSum = make.zeros(DType.F32, rows, shape.heads);
            kernels.attention().forward(bias, segments, q, k, v, actual, actualSum);
            scalar.attention().forward(bias, segments, q, k, v, expected, expectedSum);
            double tolerance = queriesTolerance(shape.dtype);
            assertClose("out", actual, expected, tolerance, 2 * tolerance);
            double ofSums = Math.min(tolerance, 1e-5);
            assertClose("logSumExp", actualSum, expectedSum, ofSums, ofSums);
            Matrix again = make.zeros(DType.F32, rows, shape.heads * shape.headDim);
            subject.inAnotherOrder(
                    other -> other.attention().forward(bias, segments, q, k, v, again, make.copy(actualSum)));
            assertThat(again.data().mismatch(actual.data()))
                    .as("in another order")
                    .isEqualTo(-1);
        }
    }

    private static AttentionBias bias(int heads, int headDim, int window, boolean alibi) {
        float[] slopes = new float[heads];
        for (int h = 0; h < heads; h++) {
            slopes[h] = (float) Math.pow(2, -h - 1);
        }
        return new AttentionBias((float) (1 / Math.sqrt(headDim)), window, alibi ? slopes : null);
    }

    private static int[] ints(String lengths) {
        return Arrays.stream(lengths.split(" ")).mapToInt(Integer::parseInt).toArray();
    }
}
