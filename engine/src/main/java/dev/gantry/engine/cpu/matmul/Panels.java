package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.cpu.kernels.vector.Blocks;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;

/// Copies parts of a matrix, widened to f32, into panels: for each step of the depth `width` neighbouring elements.
///
/// A panel's missing elements are 0, so that the micro-kernel needs no rims.
final class Panels {
    private Panels() {}

    /// From a matrix whose rows run along the depth: panel p holds rows `first + p * width ...`.
    ///
    /// @param row scratch for one row of `depth` elements
    static void fromRows(
            Matrix matrix, int first, int count, int fromDepth, int depth, int width, float[] panels, float[] row) {
        for (int panel = 0; panel < count; panel += width) {
            int base = panel * depth;
            int rows = Math.min(width, count - panel);
            if (rows < width) {
                Arrays.fill(panels, base, base + width * depth, 0);
            }
            for (int r = 0; r < rows; r++) {
                Blocks.load(matrix, first + panel + r, fromDepth, depth, row, 0);
                for (int k = 0; k < depth; k++) {
                    panels[base + k * width + r] = row[k];
                }
            }
        }
    }

    /// From a matrix whose columns run along the depth: panel p holds columns `first + p * width ...`.
    static void fromColumns(Matrix matrix, int first, int count, int fromDepth, int depth, int width, float[] panels) {
        for (int panel = 0; panel < count; panel += width) {
            int base = panel * depth;
            int columns = Math.min(width, count - panel);
            for (int k = 0; k < depth; k++) {
                int to = base + k * width;
                Blocks.load(matrix, fromDepth + k, first + panel, columns, panels, to);
                Arrays.fill(panels, to + columns, to + width, 0);
            }
        }
    }
}
