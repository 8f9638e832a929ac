package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;

/// Element kernels on a stream of their own: each starts after what the compute stream has been given so far, and
/// returns when it is done, so that the calling thread may hand the memory over.
final class TransferElements implements ElementKernels {
    private final CudaStream compute;
    private final CudaStream own;
    private final ElementKernels kernels;

    TransferElements(CudaStream compute, CudaStream own, ElementKernels kernels) {
        this.compute = compute;
        this.own = own;
        this.kernels = kernels;
    }

    @Override
    public void copy(Matrix x, Matrix y) {
        run(() -> kernels.copy(x, y));
    }

    @Override
    public void copyBytes(MemorySegment from, MemorySegment to) {
        run(() -> kernels.copyBytes(from, to));
    }

    @Override
    public void add(float scale, Matrix x, Matrix y) {
        run(() -> kernels.add(scale, x, y));
    }

    @Override
    public void fill(Matrix y, float value) {
        run(() -> kernels.fill(y, value));
    }

    @Override
    public void addColumnSums(Matrix x, Matrix sums) {
        run(() -> kernels.addColumnSums(x, sums));
    }

    @Override
    public double sumOfSquares(Matrix x) {
        own.waitFor(compute);
        return kernels.sumOfSquares(x);
    }

    @Override
    public void sumsOfSquares(Matrix x, double[] sums) {
        run(() -> kernels.sumsOfSquares(x, sums));
    }

    @Override
    public void dropout(Matrix x, float rate, long seed, Matrix y) {
        run(() -> kernels.dropout(x, rate, seed, y));
    }

    private void run(Runnable kernel) {
        own.waitFor(compute);
        kernel.run();
        own.synchronize();
    }
}
