package dev.gantry.engine.cpu.kernels.scalar;

import static dev.gantry.engine.cpu.Elements.get;
import static dev.gantry.engine.cpu.Elements.set;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.GroupedKernels;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.matmul.Extents;
import dev.gantry.engine.tensor.GroupFormat;
import dev.gantry.engine.tensor.GroupedMatrix;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// The definition of weights in groups, one weight after the other; products sum in f64.
public final class ScalarGrouped implements GroupedKernels {
    private static final int LOW = 0xf;

    @Override
    public void quantize(Matrix x, GroupedMatrix to) {
        Extents.requireSame(x, to);
        GroupFormat format = to.format();
        for (int r = 0; r < x.rows(); r++) {
            for (int group = 0; group < to.scales().columns(); group++) {
                int from = group * format.columns();
                int end = Math.min(from + format.columns(), x.columns());
                float largest = 0;
                for (int c = from; c < end; c++) {
                    largest = Math.max(largest, Math.abs(get(x, r, c)));
                }
                set(to.scales(), r, group, largest / format.largest());
                float scale = get(to.scales(), r, group);
                for (int c = from; c < end; c++) {
                    put(to, r, c, format.code(scale == 0 ? 0 : get(x, r, c) / scale));
                }
            }
        }
    }

    private static void put(GroupedMatrix to, int row, int column, int code) {
        long at = byteOf(to, row, column);
        byte before = to.codes().get(ValueLayout.JAVA_BYTE, at);
        int after = switch (to.format()) {
            case INT8 -> code;
            case NF4 -> column % 2 == 0 ? code : (before & LOW) | (code << 4);
        };
        to.codes().set(ValueLayout.JAVA_BYTE, at, (byte) after);
    }

    private static float weight(GroupedMatrix x, int row, int column) {
        byte bits = x.codes().get(ValueLayout.JAVA_BYTE, byteOf(x, row, column));
        int code = switch (x.format()) {
            case INT8 -> bits;
            case NF4 -> (column % 2 == 0 ? bits : bits >> 4) & LOW;
        };
        return get(x.scales(), row, column / x.format().columns()) * x.format().value(code);
    }

    private static long byteOf(GroupedMatrix x, int row, int column) {
        return row * x.rowBytes() + (long) column * x.format().bits() / Byte.SIZE;
    }

    @Override
    public void dequantize(GroupedMatrix x, Matrix y) {
        Extents.requireSame(y, x);
        for (int r = 0; r < y.rows(); r++) {
            for (int c = 0; c < y.columns(); c++) {
                set(y, r, c, weight(x, r, c));
            }
        }
    }

    @Override
    public void multiply(
            Layout layout,
            float alpha,
            Matrix a,
            GroupedMatrix weights,
            @Nullable Matrix bias,
            Matrix c,
            Accumulate accumulate) {
        Extents extents = Extents.of(layout, a, weights, bias, c);
        for (int row = 0; row < extents.m(); row++) {
            for (int column = 0; column < extents.n(); column++) {
                double sum = 0;
                for (int k = 0; k < extents.k(); k++) {
                    double right = layout == Layout.NT ? weight(weights, column, k) : weight(weights, k, column);
                    sum += get(a, row, k) * right;
                }
                sum *= alpha;
                sum += bias == null ? 0 : get(bias, 0, column);
                sum += accumulate == Accumulate.ADD ? get(c, row, column) : 0;
                set(c, row, column, (float) sum);
            }
        }
    }
}
