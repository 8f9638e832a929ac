package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import org.jspecify.annotations.Nullable;

/// Products without an order of their own: packed weights lie as they came, and multiply to the same bits.
public interface PlainlyPackedMatmul extends MatmulKernels {

    @Override
    default PackedWeights pack(Layout layout, Matrix weights, TensorArena arena) {
        return PlainWeights.copyOf(layout, weights, arena);
    }

    @Override
    default void multiply(
            float alpha, Matrix a, PackedWeights weights, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        PlainWeights plain = PlainWeights.of(weights);
        multiply(plain.layout(), alpha, a, plain.matrix(), bias, c, accumulate);
    }
}
