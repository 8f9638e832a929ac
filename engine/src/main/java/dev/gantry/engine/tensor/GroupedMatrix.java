package dev.gantry.engine.tensor;

import java.lang.foreign.MemorySegment;

/// A row-major view of frozen weights in codes and scales that somebody else owns.
///
/// @param codes starts at row 0, column 0
/// @param rowBytes distance of two rows of codes, a multiple of {@link GroupFormat#ALIGNMENT_BYTES}
/// @param scales bf16 `[rows, groups]`
public record GroupedMatrix(
        GroupFormat format, MemorySegment codes, long rowBytes, Matrix scales, int rows, int columns) {

    public GroupedMatrix {
        if (scales.dtype() != DType.BF16 || scales.rows() != rows || scales.columns() != format.groups(columns)) {
            throw new IllegalArgumentException("scales of " + scales.dtype() + " [" + scales.rows() + ", "
                    + scales.columns() + "] for [" + rows + ", " + columns + "] in " + format);
        }
        if (rowBytes % GroupFormat.ALIGNMENT_BYTES != 0 || codes.address() % GroupFormat.ALIGNMENT_BYTES != 0) {
            throw new IllegalArgumentException("rows of codes begin on " + GroupFormat.ALIGNMENT_BYTES + " bytes, not "
                    + rowBytes + " apart from address " + codes.address());
        }
        long needed = rows == 0 ? 0 : (rows - 1) * rowBytes + format.rowBytes(columns);
        if (rowBytes < format.rowBytes(columns) || codes.byteSize() < needed) {
            throw new IllegalArgumentException(rows + " rows of " + columns + " columns in " + format + ", " + rowBytes
                    + " bytes apart, do not fit into " + codes.byteSize());
        }
    }

    /// Weights that are all 0 times a scale of 0, until they are written.
    public static GroupedMatrix allocate(GroupFormat format, TensorArena arena, int rows, int columns) {
        long rowBytes = format.rowBytes(columns);
        return new GroupedMatrix(
                format,
                arena.allocateBytes(Math.multiplyExact(rows, rowBytes)),
                rowBytes,
                arena.matrix(DType.BF16, rows, format.groups(columns)),
                rows,
                columns);
    }

    /// Rows `[from, from + count)`.
    public GroupedMatrix rows(int from, int count) {
        return new GroupedMatrix(
                format, codes.asSlice(from * rowBytes), rowBytes, scales.rows(from, count), count, columns);
    }

    /// Columns `[from, from + count)` of every row.
    ///
    /// @param from where a group begins
    public GroupedMatrix columns(int from, int count) {
        if (from % format.columns() != 0) {
            throw new IllegalArgumentException("column " + from + " is inside a group of " + format.columns());
        }
        return new GroupedMatrix(
                format,
                codes.asSlice((long) from * format.bits() / Byte.SIZE),
                rowBytes,
                scales.columns(from / format.columns(), format.groups(count)),
                rows,
                count);
    }

    /// Bytes of codes and scales, for the plan.
    public long bytes() {
        return rows * (rowBytes + (long) scales.columns() * DType.BF16.bytes());
    }
}
