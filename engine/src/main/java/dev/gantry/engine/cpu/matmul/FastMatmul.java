package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import org.jspecify.annotations.Nullable;

/// Gives each product to the kernels that suit its extents: a few rows to {@link SkinnyMatmul}, the rest to `large`.
public final class FastMatmul implements MatmulKernels, AutoCloseable {
    private final SkinnyMatmul skinny;
    private final MatmulKernels large;

    public FastMatmul(SkinnyMatmul skinny, MatmulKernels large) {
        this.skinny = skinny;
        this.large = large;
    }

    @Override
    public void multiply(
            Layout layout, float alpha, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        Extents extents = Extents.of(layout, a, b, bias, c);
        if (SkinnyMatmul.accepts(layout, extents, b.dtype())) {
            skinny.multiply(layout, alpha, a, b, bias, c, accumulate, extents);
        } else {
            large.multiply(layout, alpha, a, b, bias, c, accumulate);
        }
    }

    @Override
    public PackedWeights pack(Layout layout, Matrix weights, TensorArena arena) {
        return large.pack(layout, weights, arena);
    }

    @Override
    public void multiply(
            float alpha, Matrix a, PackedWeights weights, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        if (weights instanceof PlainWeights plain) {
            multiply(plain.layout(), alpha, a, plain.matrix(), bias, c, accumulate);
        } else {
            large.multiply(alpha, a, weights, bias, c, accumulate);
        }
    }

    /// Frees the scratch memory of the kernels for few rows; `large` belongs to who made it.
    @Override
    public void close() {
        skinny.close();
    }
}
