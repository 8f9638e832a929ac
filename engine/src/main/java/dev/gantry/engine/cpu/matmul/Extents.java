package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.GroupedMatrix;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// The extents of a product `[m, k] · [k, n]`, checked against the matrices that take part.
public record Extents(int m, int n, int k) {

    /// @throws IllegalArgumentException when the matrices do not fit together
    public static Extents of(Layout layout, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c) {
        int m = layout == Layout.TN ? a.columns() : a.rows();
        int k = layout == Layout.TN ? a.rows() : a.columns();
        int n = layout == Layout.NT ? b.rows() : b.columns();
        int bDepth = layout == Layout.NT ? b.columns() : b.rows();
        if (bDepth != k || c.rows() != m || c.columns() != n) {
            throw new IllegalArgumentException("a " + layout + " product of " + extents(a) + " and " + extents(b)
                    + " does not give " + extents(c) + "; expected extents are " + expected(layout));
        }
        requireFloating(a);
        requireFloating(b);
        requireFloating(c);
        requireBias(bias, n);
        return new Extents(m, n, k);
    }

    /// For weights on the right that are no longer a matrix.
    public static Extents of(Matrix a, int k, int n, @Nullable Matrix bias, Matrix c) {
        if (a.columns() != k || c.rows() != a.rows() || c.columns() != n) {
            throw new IllegalArgumentException(
                    "packed weights [k = " + k + ", n = " + n + "] do not take " + extents(a) + " to " + extents(c));
        }
        requireFloating(a);
        requireFloating(c);
        requireBias(bias, n);
        return new Extents(a.rows(), n, k);
    }

    /// For frozen weights in groups on the right.
    ///
    /// @throws IllegalArgumentException when they do not fit together, or for a TN product
    public static Extents of(Layout layout, Matrix a, GroupedMatrix weights, @Nullable Matrix bias, Matrix c) {
        PlainWeights.requireRightOperand(layout);
        boolean deep = layout == Layout.NT; // k runs along the rows of weights
        int k = deep ? weights.columns() : weights.rows();
        return of(a, k, deep ? weights.rows() : weights.columns(), bias, c);
    }

    /// @throws IllegalArgumentException when values and their groups have not one shape
    public static void requireSame(Matrix values, GroupedMatrix grouped) {
        requireFloating(values);
        if (values.rows() != grouped.rows() || values.columns() != grouped.columns()) {
            throw new IllegalArgumentException(extents(values) + " and [" + grouped.rows() + ", " + grouped.columns()
                    + "] in " + grouped.format() + " are not one shape");
        }
    }

    private static void requireBias(@Nullable Matrix bias, int n) {
        if (bias == null) {
            return;
        }
        requireFloating(bias);
        if (bias.rows() != 1 || bias.columns() != n) {
            throw new IllegalArgumentException("a bias of " + extents(bias) + " for " + n + " columns");
        }
    }

    public static void requireFloating(Matrix matrix) {
        if (matrix.dtype() != DType.F32 && matrix.dtype() != DType.BF16 && matrix.dtype() != DType.F16) {
            throw new IllegalArgumentException("matrix products are of F32, BF16 and F16, not of " + matrix.dtype());
        }
    }

    private static String expected(Layout layout) {
        return switch (layout) {
            case NN -> "[m, k] · [k, n]";
            case NT -> "[m, k] · [n, k]ᵀ";
            case TN -> "[k, m]ᵀ · [k, n]";
        };
    }

    private static String extents(Matrix matrix) {
        return "[" + matrix.rows() + ", " + matrix.columns() + "]";
    }
}
