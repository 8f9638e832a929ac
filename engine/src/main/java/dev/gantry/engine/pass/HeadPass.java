package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.tensor.Matrix;

/// Logits of rows of the residual stream, the head taken block by block.
final class HeadPass {
    /// Products of so few rows are made of dot products, whose bits no block changes; and in blocks, starting them
    /// would cost more than it should.
    private static final int FEW_ROWS = 8;

    private final MatmulKernels matmul;
    private final HeadSource head;
    private final HeadInput input;

    HeadPass(Backend backend, HeadSource head, HeadInput input) {
        this.matmul = backend.matmul();
        this.head = head;
        this.input = input;
    }

    /// Whether the logits of so many rows are one product with a head that stays where it is.
    boolean isAtHand(int rows) {
        return rows <= FEW_ROWS && head.whole() != null;
    }

    /// @param x f32 `(n, hidden)`, no more rows than the head's input was made for
    /// @param out f32 `(n, vocabulary)`
    void logits(Matrix x, Matrix out) {
        Matrix headIn = input.forward(x);
        Matrix whole = head.whole();
        if (whole != null && x.rows() <= FEW_ROWS) {
            matmul.multiply(Layout.NT, 1, headIn, whole, null, out, Accumulate.OVERWRITE);
        } else {
            inBlocks(headIn, out);
        }
    }

    private void inBlocks(Matrix headIn, Matrix out) {
        HeadBlocks blocks = head.blocks();
        head.begin(LayerSource.Sweep.FORWARD, headIn.rows());
        for (int block = 0; block < blocks.count(); block++) {
            Matrix rows = head.acquire(block);
            Matrix columns = out.columns(blocks.first(block), blocks.rows(block));
            matmul.multiply(Layout.NT, 1, headIn, rows, null, columns, Accumulate.OVERWRITE);
            head.release(block);
        }
    }
}
