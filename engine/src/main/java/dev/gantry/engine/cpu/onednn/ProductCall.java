package dev.gantry.engine.cpu.onednn;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.matmul.Extents;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// What a caller of {@link OneDnnMatmul} asked for.
record ProductCall(
        Layout layout,
        float alpha,
        Matrix a,
        Right right,
        @Nullable Matrix bias,
        Matrix c,
        Accumulate accumulate,
        Extents extents) {

    /// The right factor.
    sealed interface Right {
        DType dtype();
    }

    /// As the caller holds it.
    record Rows(Matrix matrix) implements Right {
        @Override
        public DType dtype() {
            return matrix.dtype();
        }
    }

    /// In oneDNN's order.
    record Packed(OneDnnWeights weights) implements Right {
        @Override
        public DType dtype() {
            return weights.dtype();
        }
    }
}
