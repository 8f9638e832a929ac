package dev.gantry.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.Close;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One product with random operands inside wider matrices, whose rims must stay untouched.
public record ProductCase(
        Layout layout,
        float alpha,
        Matrix a,
        Matrix b,
        @Nullable Matrix bias,
        Matrix before,
        Matrix whole,
        Matrix c,
        Accumulate accumulate) {
    private static final DType[] BIAS_TYPES = {DType.F32, DType.BF16, DType.F16};

    /// @param gap columns that every row has beyond the matrix
    public static ProductCase random(
            SplittableRandom random,
            TensorArena arena,
            Layout layout,
            int m,
            int n,
            int k,
            DType left,
            DType right,
            DType output,
            int gap) {
        Matrix a =
                layout == Layout.TN ? matrix(random, arena, left, k, m, gap) : matrix(random, arena, left, m, k, gap);
        Matrix b =
                layout == Layout.NT ? matrix(random, arena, right, n, k, gap) : matrix(random, arena, right, k, n, gap);
        poisonRims(a, gap);
        poisonRims(b, gap);
        float alpha = random.nextInt(3) == 0 ? 0.75f : 1;
        DType biasType = BIAS_TYPES[random.nextInt(BIAS_TYPES.length)];
        Matrix bias = random.nextInt(3) == 0 ? matrix(random, arena, biasType, 1, n, 0) : null;
        Matrix whole = matrix(random, arena, output, m, n + gap, 0);
        Matrix before = arena.matrix(output, m, n + gap);
        before.data().copyFrom(whole.data());
        Accumulate accumulate = random.nextBoolean() ? Accumulate.ADD : Accumulate.OVERWRITE;
        return new ProductCase(layout, alpha, a, b, bias, before, whole, whole.columns(0, n), accumulate);
    }

    private static Matrix matrix(SplittableRandom random, TensorArena arena, DType dtype, int rows, int cols, int gap) {
        Matrix whole = arena.matrix(dtype, rows, cols + gap);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < cols + gap; column++) {
                Elements.set(whole, row, column, (float) (random.nextDouble() - 0.5));
            }
        }
        return whole.columns(0, cols);
    }

    /// What lies between the rows of a factor belongs to somebody else, and 0 times NaN is NaN.
    private static void poisonRims(Matrix factor, int gap) {
        Matrix wide =
                new Matrix(factor.dtype(), factor.data(), factor.rows(), factor.columns() + gap, factor.rowStride());
        for (int row = 0; row < wide.rows(); row++) {
            for (int column = factor.columns(); column < wide.columns(); column++) {
                Elements.set(wide, row, column, Float.NaN);
            }
        }
    }

    public void run(MatmulKernels kernels) {
        whole.data().copyFrom(before.data());
        kernels.multiply(layout, alpha, a, b, bias, c, accumulate);
    }

    public void runPacked(MatmulKernels kernels, TensorArena arena) {
        whole.data().copyFrom(before.data());
        kernels.multiply(alpha, a, kernels.pack(layout, b, arena), bias, c, accumulate);
    }

    public byte[] bits() {
        return whole.data().toArray(ValueLayout.JAVA_BYTE);
    }

    /// Compares c with `truth`; the error of a sum of k products of numbers below 1/2 grows like its square root.
    public void assertMatches(MatmulKernels truth, String what) {
        MemorySegment result = MemorySegment.ofArray(bits());
        run(truth);
        int k = layout == Layout.TN ? a.rows() : a.columns();
        double rounding = Close.step(c.dtype()) + 0x1p-22;
        for (int row = 0; row < whole.rows(); row++) {
            for (int column = 0; column < whole.columns(); column++) {
                float expected = Elements.get(whole, row, column);
                float actual = Elements.get(whole.dtype(), result, whole.offset(row, column));
                double tolerance = column < c.columns()
                        ? 6e-7 * Math.sqrt(k) + rounding * (Math.abs(expected) + 0.01)
                        : 0; // beyond the matrix
                assertThat((double) actual)
                        .as("%s %s m=%d n=%d k=%d at (%d, %d)", what, this, c.rows(), c.columns(), k, row, column)
                        .isBetween(expected - tolerance, expected + tolerance);
            }
        }
    }

    @Override
    public String toString() {
        return layout + " " + a.dtype() + " x " + b.dtype() + " -> " + c.dtype() + " alpha " + alpha + " "
                + (bias == null ? "no bias" : bias.dtype() + " bias") + " " + accumulate;
    }
}
