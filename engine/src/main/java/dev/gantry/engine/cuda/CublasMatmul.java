package dev.gantry.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.cpu.matmul.Extents;
import dev.gantry.engine.cpu.matmul.PlainlyPackedMatmul;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Matrix products by cuBLASLt, and by our own kernels what it does not multiply: factors of two types, types that it
/// does not join, and few rows, whose sums must not depend on how the weights are cut.
final class CublasMatmul implements PlainlyPackedMatmul, AutoCloseable {
    /// What NVIDIA recommends for its largest cards (cuBLAS, `cublasSetWorkspace`).
    static final long WORKSPACE_BYTES = 32L << 20;

    /// Shapes whose plans are kept; each micro-batch may have its own number of tokens.
    private static final int MOST_PLANS = 4096;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment scalars = arena.allocate(JAVA_FLOAT, 2);
    private final CublasLt library;
    private final Launcher launcher;
    private final CudaMatmul own;
    private final MemorySegment handle;
    private final long workspace;
    private final Map<ProductShape, Optional<ProductPlan>> plans = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ProductShape, Optional<ProductPlan>> eldest) {
            if (size() <= MOST_PLANS) {
                return false;
            }
            eldest.getValue().ifPresent(ProductPlan::close);
            return true;
        }
    };

    CublasMatmul(CublasLt library, Launcher launcher, CudaMatmul own) {
        this.library = library;
        this.launcher = launcher;
        this.own = own;
        CudaDriver driver = launcher.stream().context().use();
        handle = library.create("cublasLtCreate");
        try {
            workspace = driver.create("cuMemAlloc_v2", WORKSPACE_BYTES).address();
        } catch (CudaException e) {
            library.call("cublasLtDestroy", handle);
            throw e;
        }
    }

    @Override
    public void multiply(
            Layout layout, float alpha, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        Extents extents = Extents.of(layout, a, b, bias, c);
        // a bias of the output's type is the library's to add; any other lies in an f32 output before the product
        Matrix fused = bias != null && bias.dtype() == c.dtype() ? bias : null;
        boolean isOurs = a.dtype() != b.dtype()
                || own.takesFewRows(layout, extents)
                || extents.m() == 0
                || extents.n() == 0
                || extents.k() == 0
                || (bias != null && fused == null && c.dtype() != DType.F32);
        Optional<ProductPlan> plan = isOurs ? Optional.empty() : plan(layout, extents, a, b, fused, c);
        if (plan.isEmpty()) {
            own.multiply(layout, alpha, a, b, bias, c, accumulate);
            return;
        }
        boolean adds = accumulate == Accumulate.ADD;
        if (bias != null && fused == null) {
            launcher.kernel(Family.MATMUL, "Bias")
                    .matrix(bias)
                    .matrix(c)
                    .flag(adds)
                    .run(Grid.overElements(c));
            adds = true;
        }
        plan.get().bias(fused);
        run(plan.get(), alpha, a, b, c, adds);
    }

    private Optional<ProductPlan> plan(
            Layout layout, Extents extents, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c) {
        ProductShape shape = ProductShape.of(layout, extents, a, b, bias, c);
        Optional<ProductPlan> known = plans.get(shape);
        if (known == null) {
            launcher.stream().context().use();
            known = ProductPlan.find(library, handle, shape, bias, WORKSPACE_BYTES);
            plans.put(shape, known);
        }
        return known;
    }

    private void run(ProductPlan plan, float alpha, Matrix a, Matrix b, Matrix c, boolean adds) {
        scalars.setAtIndex(JAVA_FLOAT, 0, alpha);
        scalars.setAtIndex(JAVA_FLOAT, 1, adds ? 1 : 0);
        launcher.stream().context().use();
        library.multiply(
                handle,
                plan,
                scalars,
                b.data().address(),
                a.data().address(),
                c.data().address(),
                workspace,
                WORKSPACE_BYTES,
                launcher.stream().handle());
    }

    @Override
    public PackedWeights pack(Layout layout, Matrix weights, TensorArena arena) {
        return own.pack(layout, weights, arena);
    }

    @Override
    public void close() {
        plans.values().forEach(plan -> plan.ifPresent(ProductPlan::close));
        plans.clear();
        CudaDriver driver = launcher.stream().context().use();
        library.call("cublasLtDestroy", handle);
        driver.call("cuMemFree_v2", workspace);
        arena.close();
    }
}
