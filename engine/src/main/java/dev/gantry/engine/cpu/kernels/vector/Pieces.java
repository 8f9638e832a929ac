package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.tensor.Matrix;

/// How an element-wise kernel walks matrices of one shape: runs of adjacent elements short enough for the first cache,
/// a fixed number of runs to a tile. Contiguous matrices are cut as one long row.
///
/// @param rows rows of the walk
/// @param columns columns of the walk, as long as one run or longer
/// @param tiles tiles of `PER_TILE` runs
record Pieces(int rows, long columns, long perRow, int tiles) {
    /// Elements of a run: a few of them fit into 32 KB.
    static final int LENGTH = 1024;

    private static final int PER_TILE = ElementKernels.SQUARES_RUN / LENGTH;

    static Pieces of(Matrix first, Matrix second) {
        requireShape(first, second);
        return of(first, first.isContiguous() && second.isContiguous());
    }

    static Pieces of(Matrix first, Matrix second, Matrix third) {
        requireShape(first, second);
        requireShape(first, third);
        return of(first, first.isContiguous() && second.isContiguous() && third.isContiguous());
    }

    static Pieces of(Matrix only) {
        return of(only, only.isContiguous());
    }

    static Pieces of(Matrix shape, boolean contiguous) {
        int rows = contiguous ? 1 : shape.rows();
        long columns = contiguous ? shape.elements() : shape.columns();
        long perRow = (columns + LENGTH - 1) / LENGTH;
        return new Pieces(rows, columns, perRow, Math.toIntExact((rows * perRow + PER_TILE - 1) / PER_TILE));
    }

    long first(int tile) {
        return (long) tile * PER_TILE;
    }

    long end(int tile) {
        return Math.min(rows * perRow, (tile + 1L) * PER_TILE);
    }

    int length(long piece) {
        return (int) Math.min(LENGTH, columns - piece % perRow * LENGTH);
    }

    /// Byte offset of a run in a matrix of this shape.
    long offset(Matrix m, long piece) {
        return (piece / perRow * m.rowStride() + piece % perRow * LENGTH)
                * m.dtype().bytes();
    }

    static void requireShape(Matrix first, Matrix other) {
        if (first.rows() != other.rows() || first.columns() != other.columns()) {
            throw new IllegalArgumentException("matrices of one shape are needed, not [" + first.rows() + ", "
                    + first.columns() + "] and [" + other.rows() + ", " + other.columns() + "]");
        }
    }
}
