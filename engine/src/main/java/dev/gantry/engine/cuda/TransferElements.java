package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ComputeMark;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Element kernels on a stream of their own: each starts after what the compute stream has been given so far, or before
/// a mark, and returns when it is done, so that the calling thread may hand the memory over.
final class TransferElements implements ElementKernels {
    private final CudaStream compute;
    private final CudaStream own;
    private final ElementKernels kernels;
    private final @Nullable CudaMark mark;

    TransferElements(CudaStream compute, CudaStream own, ElementKernels kernels) {
        this(compute, own, kernels, null);
    }

    /// @param mark to wait for; null for all that the compute stream was given
    private TransferElements(CudaStream compute, CudaStream own, ElementKernels kernels, @Nullable CudaMark mark) {
        this.compute = compute;
        this.own = own;
        this.kernels = kernels;
        this.mark = mark;
    }

    @Override
    public ElementKernels after(ComputeMark mark) {
        return mark instanceof CudaMark event ? new TransferElements(compute, own, kernels, event) : this;
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
        waitForCompute();
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
        waitForCompute();
        kernel.run();
        own.synchronize();
    }

    private void waitForCompute() {
        if (mark == null) {
            own.waitFor(compute);
        } else {
            mark.holdBack(own);
        }
    }
}
