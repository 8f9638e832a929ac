package dev.gantry.engine.cpu.kernels.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.GroupedKernels;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.GroupFormat;
import dev.gantry.engine.tensor.GroupedMatrix;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScalarGroupedTest {
    private final RandomMatrices make = new RandomMatrices("ScalarGroupedTest");
    private final GroupedKernels grouped = new ScalarGrouped();

    @AfterEach
    void close() {
        make.close();
    }

    private GroupedMatrix quantized(GroupFormat format, Matrix x) {
        GroupedMatrix to = GroupedMatrix.allocate(format, make.arena(), x.rows(), x.columns());
        grouped.quantize(x, to);
        return to;
    }

    @Test
    void int8_isABytePerWeight_halfWayToTheEvenNumber() {
        Matrix x = make.zeros(DType.F32, 1, 34);
        float[] first = {127, -127, 0.5f, 1.5f, -2.5f, 3.2f};
        for (int c = 0; c < first.length; c++) {
            Elements.set(x, 0, c, first[c]);
        }
        Elements.set(x, 0, 33, -0.254f); // a group of its own, with a scale of 0.002 in bf16
        GroupedMatrix q = quantized(GroupFormat.INT8, x);
        assertThat(q.codes().asSlice(0, 7).toArray(ValueLayout.JAVA_BYTE)).containsExactly(127, -127, 0, 2, -2, 3, 0);
        assertThat(q.codes().get(ValueLayout.JAVA_BYTE, 33)).isEqualTo((byte) -127);
        assertThat(Elements.get(q.scales(), 0, 0)).isEqualTo(1f);
        assertThat(Elements.get(q.scales(), 0, 1)).isCloseTo(0.002f, within(0.00001f));
        assertThat(q.bytes()).isEqualTo(48 + 4);
    }

    @Test
    void nf4_isTwoWeightsAByte_evenColumnsBelow() {
        GroupedMatrix q = quantized(GroupFormat.NF4, make.row(-2, 2, 0, 0.7f, 1.5f)); // halves: -1, 1, 0, 0.35, 0.75
        assertThat(q.codes().asSlice(0, 3).toArray(ValueLayout.JAVA_BYTE))
                .containsExactly((byte) 0xf0, (byte) 0xb7, (byte) 0x0e);
        assertThat(Elements.get(q.scales(), 0, 0)).isEqualTo(2f);
        Matrix y = make.zeros(DType.F32, 1, 5);
        grouped.dequantize(q, y);
        assertThat(Elements.get(y, 0, 0)).isEqualTo(-2f);
        assertThat(Elements.get(y, 0, 2)).isZero();
        assertThat(Elements.get(y, 0, 4)).isEqualTo(2 * 0.72295684f);
    }

    @ParameterizedTest
    @EnumSource(GroupFormat.class)
    void everyCode_isNearestToWhatItStandsFor(GroupFormat format) {
        int least = format == GroupFormat.INT8 ? -127 : 0;
        int most = format == GroupFormat.INT8 ? 127 : 15;
        for (int code = least; code <= most; code++) {
            assertThat(format.code(format.value(code))).isEqualTo(code);
        }
        assertThat(format.code(2 * format.largest())).isEqualTo(most);
    }

    @ParameterizedTest
    @EnumSource(GroupFormat.class)
    void weightsComeBack_withinHalfAStep(GroupFormat format) {
        Matrix x = make.normal(DType.F32, 7, 333, 0.02);
        Matrix y = make.zeros(DType.F32, 7, 333);
        GroupedMatrix q = quantized(format, x);
        grouped.dequantize(q, y);
        double halfStep = format == GroupFormat.INT8 ? 0.5 : (1 - 0.6961928) / 2; // the widest gap of NF4
        for (int r = 0; r < 7; r++) {
            for (int c = 0; c < 333; c++) {
                double scale = Elements.get(q.scales(), r, c / format.columns());
                double ofScale = scale * format.largest() / 256; // the scale is rounded to bf16
                assertThat((double) Elements.get(y, r, c))
                        .isCloseTo(Elements.get(x, r, c), within(halfStep * scale + ofScale));
            }
        }
    }

    @Test
    void productsAreThoseOfTheWeightsThatComeBack() {
        GroupedMatrix q = quantized(GroupFormat.NF4, make.normal(DType.F32, 3, 70));
        Matrix wide = make.zeros(DType.F32, 3, 70);
        grouped.dequantize(q, wide);
        Matrix a = make.normal(DType.F32, 1, 70);
        Matrix c = make.row(1, 2, 3);
        grouped.multiply(Layout.NT, 2, a, q, make.row(10, 20, 30), c, Accumulate.ADD);
        for (int n = 0; n < 3; n++) {
            double expected = 11 * (n + 1) + 2 * RandomMatrices.dot(a, wide.row(n));
            assertThat((double) Elements.get(c, 0, n)).isCloseTo(expected, within(1e-4));
        }
    }
}
