package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.S;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ShortVector;

/// Rows of one head as dense bf16 blocks in native memory, filled with rows of zeros to whole tiles.
final class HalfPanel {
    /// Rows are filled up to a multiple of this, so that few extents are ever multiplied.
    static final int ROWS = 64;

    private static final ValueLayout.OfShort BITS = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private HalfPanel() {}

    /// Rows with those that fill up the last tile.
    static int padded(int rows) {
        return (rows + ROWS - 1) / ROWS * ROWS;
    }

    static long bytes(int rows, int headDim) {
        return (long) padded(rows) * headDim * DType.BF16.bytes();
    }

    /// Copies rows `[row, row + count)` of a bf16 matrix to the start of `panel`, zeros behind them.
    static void load(Matrix m, int column, int headDim, int row, int count, MemorySegment panel) {
        long rowBytes = (long) headDim * DType.BF16.bytes();
        for (int r = 0; r < count; r++) {
            copyRow(m.data(), m.offset(row + r, column), headDim, panel, r * rowBytes);
        }
        long end = count * rowBytes;
        panel.asSlice(end, bytes(count, headDim) - end).fill((byte) 0);
    }

    private static void copyRow(MemorySegment from, long at, int count, MemorySegment to, long toAt) {
        int i = 0;
        for (int bound = S.loopBound(count); i < bound; i += COUNT) {
            ShortVector.fromMemorySegment(S, from, at + 2L * i, LITTLE_ENDIAN)
                    .intoMemorySegment(to, toAt + 2L * i, LITTLE_ENDIAN);
        }
        for (; i < count; i++) {
            to.set(BITS, toAt + 2L * i, from.get(BITS, at + 2L * i));
        }
    }

    /// Writes dense f32 rows, each times its factor, to rows of a matrix.
    ///
    /// @param row scratch for one row
    static void store(
            MemorySegment panel,
            int headDim,
            int count,
            float[] factors,
            Matrix m,
            int column,
            int first,
            float[] row) {
        for (int r = 0; r < count; r++) {
            Blocks.load(DType.F32, panel, 4L * r * headDim, headDim, row, 0);
            Loops.multiply(row, factors[r], headDim);
            Blocks.store(row, 0, m, first + r, column, headDim);
        }
    }

    /// The same with rows as they are.
    static void store(MemorySegment panel, int headDim, int count, Matrix m, int column, int first, float[] row) {
        for (int r = 0; r < count; r++) {
            Blocks.load(DType.F32, panel, 4L * r * headDim, headDim, row, 0);
            Blocks.store(row, 0, m, first + r, column, headDim);
        }
    }
}
