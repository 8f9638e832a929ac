package dev.gantry.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.Close;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.GroupFormat;
import dev.gantry.engine.tensor.GroupedMatrix;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Weights in groups: codes and scales to the bit, products of few and many rows, odd widths, every type.
public abstract class GroupedContract extends KernelContract {
    private static final DType[] TYPES = {DType.F32, DType.BF16, DType.F16};
    private static final int[] WIDTHS = {1, 2, 31, 32, 33, 63, 64, 65, 100, 513, 1100};

    private final GroupedKernels grouped = kernels.grouped();
    private final GroupedKernels truth = scalar.grouped();

    protected GroupedContract(Subject subject) {
        super(subject);
    }

    @ParameterizedTest
    @EnumSource(GroupFormat.class)
    void codesAndScalesEqualScalar(GroupFormat format) {
        try (RandomMatrices make = matrices("codesAndScalesEqualScalar")) {
            for (int width : WIDTHS) {
                for (DType dtype : TYPES) {
                    Matrix x = make.copy(make.normalSlice(DType.F32, 3, width), dtype);
                    Elements.set(x, 1, 0, 0);
                    GroupedMatrix actual = GroupedMatrix.allocate(format, make.arena(), 3, width);
                    GroupedMatrix expected = GroupedMatrix.allocate(format, make.arena(), 3, width);
                    grouped.quantize(x, actual);
                    truth.quantize(x, expected);
                    String what = "%s %d %s".formatted(format, width, dtype);
                    assertThat(actual.scales().data().mismatch(expected.scales().data()))
                            .as("scales " + what)
                            .isEqualTo(-1);
                    assertThat(actual.codes().mismatch(expected.codes()))
                            .as("codes " + what)
                            .isEqualTo(-1);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(GroupFormat.class)
    void weightsEqualScalar_alsoOfColumnsInTheMiddle(GroupFormat format) {
        try (RandomMatrices make = matrices("weightsEqualScalar")) {
            for (int width : WIDTHS) {
                GroupedMatrix all = random(make, format, 5, width + 2 * format.columns());
                GroupedMatrix x = all.columns(format.columns(), width).rows(1, 3);
                for (DType dtype : TYPES) {
                    Matrix actual = make.zeros(dtype, 3, width + 3).columns(width % 3, width);
                    Matrix expected = make.zeros(dtype, 3, width + 3).columns(width % 3, width);
                    grouped.dequantize(x, actual);
                    truth.dequantize(x, expected);
                    assertThat(actual.data().mismatch(expected.data()))
                            .as("%s %d %s", format, width, dtype)
                            .isEqualTo(-1);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(GroupFormat.class)
    void productsEqualScalar_inEveryOrderOfThreads(GroupFormat format) {
        int[][] extents = {{1, 9, 33}, {2, 40, 64}, {3, 5, 1100}, {8, 17, 513}, {9, 20, 100}, {33, 130, 65}, {1, 3, 1}};
        try (RandomMatrices make = matrices("productsEqualScalar")) {
            int round = 0;
            for (int[] e : extents) {
                for (Layout layout : new Layout[] {Layout.NT, Layout.NN}) {
                    for (DType dtype : TYPES) {
                        product(make, format, layout, e, dtype, round++);
                    }
                }
            }
        }
    }

    private void product(RandomMatrices make, GroupFormat format, Layout layout, int[] e, DType dtype, int round) {
        int m = e[0];
        int n = e[1];
        int k = e[2];
        boolean deep = layout == Layout.NT;
        GroupedMatrix weights = random(make, format, deep ? n : k, deep ? k : n);
        Matrix a = make.copy(make.normalSlice(DType.F32, m, k), dtype);
        a = round % 2 == 0 ? a : make.zeros(dtype, m, k + 3).columns(3, k);
        if (round % 2 == 1) {
            scalar.elements().copy(make.normal(DType.F32, m, k), a);
        }
        Matrix bias = round % 3 == 0 ? make.normal(TYPES[1 + round % 2], 1, n) : null;
        Accumulate accumulate = round % 5 == 0 ? Accumulate.ADD : Accumulate.OVERWRITE;
        Matrix before = make.normal(TYPES[round % 3], m, n);
        Matrix actual = make.copy(before);
        Matrix again = make.copy(before);
        Matrix expected = make.copy(before);
        Matrix left = a;
        grouped.multiply(layout, 0.75f, left, weights, bias, actual, accumulate);
        subject.inAnotherOrder(
                other -> other.grouped().multiply(layout, 0.75f, left, weights, bias, again, accumulate));
        truth.multiply(layout, 0.75f, left, weights, bias, expected, accumulate);
        String what = "%s %s %s m=%d n=%d k=%d".formatted(format, layout, dtype, m, n, k);
        assertThat(again.data().mismatch(actual.data())).as(what).isEqualTo(-1);
        assertProduct(what, make, layout, a, weights, actual, expected);
    }

    /// Within the rounding of sums, of the output, and of weights to the type of a.
    private void assertProduct(
            String what,
            RandomMatrices make,
            Layout layout,
            Matrix a,
            GroupedMatrix weights,
            Matrix actual,
            Matrix expected) {
        Matrix wide = make.zeros(DType.F32, weights.rows(), weights.columns());
        truth.dequantize(weights, wide);
        double rounding = a.dtype() == DType.F32 ? 0 : a.dtype() == DType.BF16 ? 0x1p-8 : 0x1p-11;
        double step = Close.step(actual.dtype()) + 0x1p-22;
        for (int r = 0; r < actual.rows(); r++) {
            for (int c = 0; c < actual.columns(); c++) {
                double sizes = 0;
                for (int k = 0; k < a.columns(); k++) {
                    float w = layout == Layout.NT ? Elements.get(wide, c, k) : Elements.get(wide, k, c);
                    sizes += Math.abs(Elements.get(a, r, k) * w);
                }
                float e = Elements.get(expected, r, c);
                assertThat((double) Elements.get(actual, r, c))
                        .as("%s at (%d, %d)", what, r, c)
                        .isCloseTo(e, within((rounding + 1e-6) * sizes + step * (Math.abs(e) + 0.01)));
            }
        }
    }

    @Test
    void aRowsBits_areItsOwn_whateverIsMultipliedBesideIt() {
        try (RandomMatrices make = matrices("aRowsBits")) {
            GroupedMatrix weights = random(make, GroupFormat.NF4, 40, 700);
            Matrix a = make.normal(DType.BF16, 5, 700);
            Matrix together = make.zeros(DType.F32, 5, 40);
            grouped.multiply(Layout.NT, 1, a, weights, null, together, Accumulate.OVERWRITE);
            for (int row = 0; row < 5; row++) {
                Matrix alone = make.zeros(DType.F32, 1, 13);
                grouped.multiply(Layout.NT, 1, a.row(row), weights.rows(20, 13), null, alone, Accumulate.OVERWRITE);
                for (int c = 0; c < 13; c++) {
                    assertThat(Elements.get(alone, 0, c)).isEqualTo(Elements.get(together, row, 20 + c));
                }
            }
        }
    }

    @Test
    void whatDoesNotFit_isRefused() {
        try (RandomMatrices make = matrices("whatDoesNotFit")) {
            GroupedMatrix weights = random(make, GroupFormat.INT8, 4, 64);
            Matrix a = make.zeros(DType.F32, 2, 63);
            Matrix c = make.zeros(DType.F32, 2, 4);
            assertThatThrownBy(() -> multiply(Layout.NT, a, weights, c)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> multiply(Layout.TN, a, weights, c)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> grouped.quantize(a, weights))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[2, 63] and [4, 64] in INT8");
            assertThatThrownBy(() -> weights.columns(16, 32))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("inside a group");
        }
    }

    private void multiply(Layout layout, Matrix a, GroupedMatrix weights, Matrix c) {
        @Nullable Matrix none = null;
        grouped.multiply(layout, 1, a, weights, none, c, Accumulate.OVERWRITE);
    }

    private GroupedMatrix random(RandomMatrices make, GroupFormat format, int rows, int columns) {
        TensorArena arena = make.arena();
        GroupedMatrix weights = GroupedMatrix.allocate(format, arena, rows, columns);
        truth.quantize(make.normal(DType.F32, rows, columns, 0.1), weights);
        return weights;
    }
}
