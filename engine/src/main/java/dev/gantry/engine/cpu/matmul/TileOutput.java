package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Moves a finished tile of f32 sums into an output of another type.
public final class TileOutput {
    private TileOutput() {}

    /// `c[row.., column..] (+)= tile`, rounded once.
    ///
    /// @param tile f32, rows `tileStride` elements apart
    public static void store(
            MemorySegment tile, long tileStride, Matrix c, int row, int rows, int column, int columns, Accumulate how) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < columns; j++) {
                float value = tile.getAtIndex(ValueLayout.JAVA_FLOAT, r * tileStride + j);
                float before = how == Accumulate.ADD ? Elements.get(c, row + r, column + j) : 0;
                Elements.set(c, row + r, column + j, value + before);
            }
        }
    }
}
