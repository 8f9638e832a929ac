package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.kernels.RandomMatrices.dot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.GradientCheck;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Attention against its definition and finite differences.
class ScalarAttentionTest {
    private final ScalarAttention attention = new ScalarAttention();

    static Stream<AttentionBias> biases() {
        return Stream.of(
                new AttentionBias(0.5f, 0, null),
                new AttentionBias(0.5f, 3, null),
                new AttentionBias(0.4f, 0, new float[] {0.5f, 0.25f, 0.125f, 0.0625f}));
    }

    @Test
    void firstTokenCopiesItsValue_whenItSeesOnlyItself() {
        try (RandomMatrices make = new RandomMatrices("firstTokenCopiesItsValue")) {
            Matrix q = make.normal(DType.F32, 5, 8);
            Matrix v = make.normal(DType.F32, 5, 8);
            Matrix out = make.zeros(DType.F32, 5, 8);
            attention.forward(
                    new AttentionBias(1, 0, null),
                    Segments.packed(2, 3),
                    Heads.sideBySide(q, 2),
                    Heads.sideBySide(q, 2),
                    Heads.sideBySide(v, 2),
                    out,
                    make.zeros(DType.F32, 5, 2));
            for (int c = 0; c < 8; c++) {
                assertThat(Elements.get(out, 0, c)).isEqualTo(Elements.get(v, 0, c));
                assertThat(Elements.get(out, 2, c)).isEqualTo(Elements.get(v, 2, c)); // first of segment 1
            }
        }
    }

    @Test
    void scoreIsScaledProductMinusDistance_whenTwoKeysAreSeen() {
        try (RandomMatrices make = new RandomMatrices("scoreIsScaledProductMinusDistance")) {
            Matrix q = make.zeros(DType.F32, 2, 1);
            Matrix k = make.zeros(DType.F32, 2, 1);
            Matrix v = make.zeros(DType.F32, 2, 1);
            Elements.set(q, 1, 0, 2);
            Elements.set(k, 0, 0, 3);
            Elements.set(k, 1, 0, 5);
            Elements.set(v, 0, 0, 1);
            Matrix out = make.zeros(DType.F32, 2, 1);
            Matrix lse = make.zeros(DType.F32, 2, 1);
            AttentionBias bias = new AttentionBias(0.5f, 0, new float[] {0.25f});
            attention.forward(
                    bias,
                    Segments.packed(2),
                    Heads.sideBySide(q, 1),
                    Heads.sideBySide(k, 1),
                    Heads.sideBySide(v, 1),
                    out,
                    lse);
            double earlier = Math.exp(0.5 * 6 - 0.25);
            double own = Math.exp(0.5 * 10);
            assertThat((double) Elements.get(out, 1, 0)).isCloseTo(earlier / (earlier + own), within(1e-7));
            assertThat((double) Elements.get(lse, 1, 0)).isCloseTo(Math.log(earlier + own), within(1e-6));
        }
    }

    @ParameterizedTest
    @MethodSource("biases")
    void gradientsMatchDifferences(AttentionBias bias) {
        try (RandomMatrices make = new RandomMatrices("gradientsMatchDifferences")) {
            Segments segments = Segments.packed(3, 5);
            Heads q = Heads.sideBySide(make.normal(DType.F32, 8, 12), 4);
            Matrix kv = make.normal(DType.F32, 8, 12); // k and v interleaved per head
            Heads k = new Heads(kv, 0, 6, 2, 3);
            Heads v = new Heads(kv, 3, 6, 2, 3);
            Matrix out = make.zeros(DType.F32, 8, 12);
            Matrix lse = make.zeros(DType.F32, 8, 4);
            Matrix dOut = make.normal(DType.F32, 8, 12);
            Heads dq = Heads.sideBySide(make.zeros(DType.F32, 8, 12), 4);
            Matrix dkv = make.zeros(DType.F32, 8, 12);
            Heads dk = new Heads(dkv, 0, 6, 2, 3);
            Heads dv = new Heads(dkv, 3, 6, 2, 3);
            attention.forward(bias, segments, q, k, v, out, lse);
            attention.backward(bias, segments, q, k, v, out, lse, dOut, dq, dk, dv);
            Matrix other = make.zeros(DType.F32, 8, 12);
            Matrix otherLse = make.zeros(DType.F32, 8, 4);
            var loss = new Object() {
                double get() {
                    attention.forward(bias, segments, q, k, v, other, otherLse);
                    return dot(dOut, other);
                }
            };
            GradientCheck.assertGradient("q", q.matrix(), dq.matrix(), loss::get);
            GradientCheck.assertGradient("k and v", kv, dkv, loss::get);
        }
    }

    @Test
    void decodingOneByOneEqualsTheWhole() {
        try (RandomMatrices make = new RandomMatrices("decodingOneByOneEqualsTheWhole")) {
            AttentionBias bias = new AttentionBias(0.5f, 4, new float[] {0.5f, 0.25f});
            Heads q = Heads.sideBySide(make.normal(DType.F32, 7, 8), 2);
            Heads k = Heads.sideBySide(make.normal(DType.F32, 7, 8), 2);
            Heads v = Heads.sideBySide(make.normal(DType.F32, 7, 8), 2);
            Matrix whole = make.zeros(DType.F32, 7, 8);
            attention.forward(bias, Segments.packed(7), q, k, v, whole, make.zeros(DType.F32, 7, 2));
            for (int t = 0; t < 7; t++) {
                Matrix one = make.zeros(DType.F32, 1, 8);
                Segments step = new Segments(new int[] {0}, new int[] {1}, new int[] {0}, new int[] {t + 1});
                attention.forward(bias, step, q.rows(t, 1), k, v, one, make.zeros(DType.F32, 1, 2));
                for (int c = 0; c < 8; c++) {
                    assertThat(Elements.get(one, 0, c)).isEqualTo(Elements.get(whole, t, c));
                }
            }
        }
    }
}
