package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.backend.MatmulKernels.PackedWeights;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;

/// Weights in the order in which they came, without gaps between rows.
public record PlainWeights(Layout layout, Matrix matrix) implements PackedWeights {

    public static PlainWeights copyOf(Layout layout, Matrix weights, TensorArena arena) {
        requireRightOperand(layout);
        Extents.requireFloating(weights);
        Matrix copy = arena.matrix(weights.dtype(), weights.rows(), weights.columns());
        long rowBytes = (long) weights.columns() * weights.dtype().bytes();
        for (int row = 0; row < weights.rows(); row++) {
            MemorySegment.copy(weights.data(), weights.offset(row, 0), copy.data(), copy.offset(row, 0), rowBytes);
        }
        return new PlainWeights(layout, copy);
    }

    /// The weights that a backend without an order of its own has packed.
    ///
    /// @throws IllegalArgumentException for weights that another backend packed
    public static PlainWeights of(PackedWeights weights) {
        if (weights instanceof PlainWeights plain) {
            return plain;
        }
        throw new IllegalArgumentException("weights packed by another backend: " + weights.getClass());
    }

    public static void requireRightOperand(Layout layout) {
        if (layout == Layout.TN) {
            throw new IllegalArgumentException("weights are packed for NT or NN; TN has no frozen right operand");
        }
    }

    @Override
    public long bytes() {
        return matrix.data().byteSize();
    }
}
