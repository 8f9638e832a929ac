package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;

import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.cpu.LaneSum;
import dev.gantry.engine.tensor.Matrix;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// Rows of one head as f32 scratch, one after the other, widened with zeros to whole register tiles.
final class HeadPanel {
    private HeadPanel() {}

    /// Floats from one row of a panel to the next.
    static int stride(int headDim) {
        return (headDim + TileProduct.COLUMNS - 1) / TileProduct.COLUMNS * TileProduct.COLUMNS;
    }

    static int column(Heads heads, int head) {
        return heads.firstColumn() + head * heads.headStride();
    }

    /// Rows `[row, row + count)` from `panel[at]`.
    static void load(Matrix m, int column, int headDim, int row, int count, float[] panel, int at) {
        int stride = stride(headDim);
        Blocks.loadRows(m, row, column, count, headDim, panel, at, stride);
        for (int i = 0; headDim < stride && i < count; i++) {
            Arrays.fill(panel, at + i * stride + headDim, at + (i + 1) * stride, 0f);
        }
    }

    static void store(float[] panel, int at, Matrix m, int column, int headDim, int row, int count) {
        int stride = stride(headDim);
        for (int i = 0; i < count; i++) {
            Blocks.store(panel, at + i * stride, m, row + i, column, headDim);
        }
    }

    /// `transposed[c][i] = panel[i][c]`, rows of the transposed panel `BLOCK` apart, 0 for rows that are not there.
    static void transpose(float[] panel, int headDim, int count, float[] transposed) {
        int stride = stride(headDim);
        if (count < ScoreTile.BLOCK) {
            Arrays.fill(transposed, 0, headDim * ScoreTile.BLOCK, 0f);
        }
        for (int i = 0; i < count; i++) {
            int start = i * stride;
            for (int c = 0; c < headDim; c++) {
                transposed[c * ScoreTile.BLOCK + i] = panel[start + c];
            }
        }
    }

    /// `panel *= factor`.
    static void scale(float[] panel, int headDim, int count, float factor) {
        int length = stride(headDim) * count;
        for (int i = 0; i < length; i += COUNT) {
            FloatVector.fromArray(F, panel, i).mul(factor).intoArray(panel, i);
        }
    }

    /// `panel[i][..] *= factors[i]`.
    static void scaleRows(float[] panel, int headDim, int count, float[] factors) {
        int stride = stride(headDim);
        for (int i = 0; i < count; i++) {
            FloatVector factor = FloatVector.broadcast(F, factors[i]);
            for (int c = i * stride; c < (i + 1) * stride; c += COUNT) {
                FloatVector.fromArray(F, panel, c).mul(factor).intoArray(panel, c);
            }
        }
    }

    /// `to[i] = factor · Σ_c a[i][c] · b[i][c]`.
    static void dots(float[] a, float[] b, int headDim, int count, float factor, float[] to) {
        int stride = stride(headDim);
        for (int i = 0; i < count; i++) {
            FloatVector x = FloatVector.zero(F);
            FloatVector y = FloatVector.zero(F);
            for (int c = i * stride; c < (i + 1) * stride; c += 2 * COUNT) {
                x = FloatVector.fromArray(F, a, c).fma(FloatVector.fromArray(F, b, c), x);
                y = FloatVector.fromArray(F, a, c + COUNT).fma(FloatVector.fromArray(F, b, c + COUNT), y);
            }
            to[i] = factor * LaneSum.of(x.add(y));
        }
    }
}
