package dev.gantry.engine.cuda;

import dev.gantry.engine.tensor.Matrix;

/// What kernels on a card do not check by themselves.
final class Shapes {
    private Shapes() {}

    /// @throws IllegalArgumentException when two matrices have not one shape
    static void requireSame(Matrix a, Matrix b) {
        if (a.rows() != b.rows() || a.columns() != b.columns()) {
            throw new IllegalArgumentException("[" + a.rows() + ", " + a.columns() + "] and [" + b.rows() + ", "
                    + b.columns() + "] are not one shape");
        }
    }

    static void requireRow(Matrix row, int columns) {
        if (row.rows() != 1 || row.columns() != columns) {
            throw new IllegalArgumentException(
                    "[" + row.rows() + ", " + row.columns() + "] is no row of " + columns + " columns");
        }
    }

    static void requireAtLeast(Matrix m, int rows, int columns) {
        if (m.rows() < rows || m.columns() < columns) {
            throw new IllegalArgumentException(
                    "[" + m.rows() + ", " + m.columns() + "] has not " + rows + " rows of " + columns + " columns");
        }
    }
}
