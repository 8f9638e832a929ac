package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Products of a few rows with large weights, as in decoding: bound by reading the weights once from memory.
public final class SkinnyMatmul implements AutoCloseable {
    /// Above this many rows the weights are no longer the bottleneck.
    public static final int MOST_ROWS = 8;

    private final WorkerPool pool;
    private final SkinnyScratch[] scratches;
    private final AtomicLong products = new AtomicLong();
    private final PartialSums partialSums = new PartialSums();

    public SkinnyMatmul(WorkerPool pool) {
        this.pool = pool;
        scratches = new SkinnyScratch[pool.threads()];
        for (int i = 0; i < scratches.length; i++) {
            scratches[i] = new SkinnyScratch();
        }
    }

    /// Whether {@link #multiply} takes such a product.
    public static boolean accepts(Layout layout, Extents extents, DType weights) {
        return layout != Layout.TN
                && extents.m() <= MOST_ROWS
                && extents.m() > 0
                && extents.n() > 0
                && extents.k() > 0
                && (weights == DType.F32 || weights == DType.BF16 || weights == DType.F16);
    }

    /// As {@link dev.gantry.engine.backend.MatmulKernels#multiply}, for products that are accepted.
    public void multiply(
            Layout layout,
            float alpha,
            Matrix a,
            Matrix b,
            @Nullable Matrix bias,
            Matrix c,
            Accumulate accumulate,
            Extents extents) {
        long product = products.incrementAndGet();
        Epilogue epilogue = new Epilogue(alpha, bias, c, accumulate);
        if (layout == Layout.NT) {
            RowTiles tiles = new RowTiles(product, a, b, epilogue, extents, scratches);
            pool.parallel(tiles.count(), tiles);
        } else {
            DepthTiles tiles = new DepthTiles(product, a, b, epilogue, extents, scratches, partialSums);
            pool.parallel(tiles.count(), tiles);
        }
    }

    @Override
    public void close() {
        for (SkinnyScratch scratch : scratches) {
            scratch.close();
        }
    }
}
