package dev.gantry.lora.bench;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import org.jspecify.annotations.Nullable;

/// Counts the time and the operations of another backend's matrix products.
final class TimedMatmul implements MatmulKernels {
    private final MatmulKernels kernels;
    private long nanos;
    private double flops;

    TimedMatmul(MatmulKernels kernels) {
        this.kernels = kernels;
    }

    void reset() {
        nanos = 0;
        flops = 0;
    }

    long nanos() {
        return nanos;
    }

    /// Two for each multiply-add.
    double flops() {
        return flops;
    }

    @Override
    public void multiply(
            Layout layout, float alpha, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        long start = System.nanoTime();
        kernels.multiply(layout, alpha, a, b, bias, c, accumulate);
        long inner = layout == Layout.TN ? a.rows() : a.columns();
        count(start, c, inner);
    }

    @Override
    public PackedWeights pack(Layout layout, Matrix weights, TensorArena arena) {
        return kernels.pack(layout, weights, arena);
    }

    @Override
    public void multiply(
            float alpha, Matrix a, PackedWeights weights, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        long start = System.nanoTime();
        kernels.multiply(alpha, a, weights, bias, c, accumulate);
        count(start, c, a.columns());
    }

    private void count(long start, Matrix c, long inner) {
        nanos += System.nanoTime() - start;
        flops += 2.0 * c.rows() * c.columns() * inner;
    }
}
