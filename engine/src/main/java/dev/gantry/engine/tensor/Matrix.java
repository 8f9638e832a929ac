package dev.gantry.engine.tensor;

import java.lang.foreign.MemorySegment;

/// A row-major two-dimensional view of memory that somebody else owns: what kernels take.
///
/// A vector is a matrix of one row. Columns are always adjacent; rows may be further apart (a slice of columns).
///
/// @param dtype element type
/// @param data starts at element (0, 0) and reaches at least to the last element
/// @param rows number of rows
/// @param columns number of columns
/// @param rowStride distance of two rows in elements, at least `columns`
public record Matrix(DType dtype, MemorySegment data, int rows, int columns, long rowStride) {

    public Matrix {
        if (rowStride < columns) {
            throw new IllegalArgumentException("row stride " + rowStride + " is below " + columns + " columns");
        }
        long lastElement = rows == 0 ? 0 : (rows - 1) * rowStride + columns;
        if (data.byteSize() < lastElement * dtype.bytes()) {
            throw new IllegalArgumentException("a " + rows + " x " + columns + " matrix of " + dtype
                    + " with row stride " + rowStride + " does not fit into " + data.byteSize() + " bytes");
        }
    }

    public boolean isContiguous() {
        return rowStride == columns || rows <= 1;
    }

    public long elements() {
        return (long) rows * columns;
    }

    /// The memory of all elements of a contiguous matrix, row after row.
    public MemorySegment contents() {
        return data.asSlice(0, elements() * dtype.bytes());
    }

    /// Byte offset of element (row, column) in {@link #data()}.
    public long offset(int row, int column) {
        return (row * rowStride + column) * dtype.bytes();
    }

    /// Rows `[from, from + count)`.
    public Matrix rows(int from, int count) {
        if (from < 0 || count < 0 || from + count > rows) {
            throw new IndexOutOfBoundsException("rows " + from + " + " + count + " of " + rows);
        }
        return new Matrix(dtype, data.asSlice(count == 0 ? 0 : offset(from, 0)), count, columns, rowStride);
    }

    /// Columns `[from, from + count)` of every row.
    public Matrix columns(int from, int count) {
        if (from < 0 || count < 0 || from + count > columns) {
            throw new IndexOutOfBoundsException("columns " + from + " + " + count + " of " + columns);
        }
        return new Matrix(dtype, data.asSlice((long) from * dtype.bytes()), rows, count, rowStride);
    }

    /// One row as a matrix of one row.
    public Matrix row(int row) {
        return rows(row, 1);
    }
}
