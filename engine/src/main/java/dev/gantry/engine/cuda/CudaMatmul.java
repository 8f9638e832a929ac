package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.cpu.matmul.Extents;
import dev.gantry.engine.cpu.matmul.PlainWeights;
import dev.gantry.engine.cpu.matmul.PlainlyPackedMatmul;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import org.jspecify.annotations.Nullable;

/// Matrix products by our own kernels, for what cuBLASLt does not multiply and machines without it: tiles, by
/// tensor cores where both factors are of one narrow type, or a warp a row of weights where few rows are multiplied.
final class CudaMatmul implements PlainlyPackedMatmul {
    /// As in matmul.cu.
    private static final int TILE = 64;

    /// As in tiles.cu.
    private static final int CORES_TILE = 128;

    private static final int FEW_ROWS = 8;
    private static final int WARPS = Grid.THREADS / 32;

    private final Launcher launcher;
    private final ElementKernels elements;

    CudaMatmul(Launcher launcher, ElementKernels elements) {
        this.launcher = launcher;
        this.elements = elements;
    }

    @Override
    public void multiply(
            Layout layout, float alpha, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
        Extents extents = Extents.of(layout, a, b, bias, c);
        boolean few = takesFewRows(layout, extents);
        boolean tiles = !few && takesTiles(a, b);
        if (tiles) {
            launcher.kernel(Family.TILES, layout.name() + (a.dtype() == DType.BF16 ? "Bf16" : "F16"));
        } else {
            launcher.kernel(Family.MATMUL, few ? fewRows(extents.m()) : layout.name());
        }
        launcher.number(alpha).matrix(a).matrix(b).matrix(bias).matrix(c).flag(accumulate == Accumulate.ADD);
        if (few || tiles) {
            launcher.flag(WideRows.begin(a) && WideRows.begin(b));
        }
        launcher.run(
                few
                        ? new Grid(Grid.blocks(extents.n(), WARPS), 1, 1, Grid.THREADS, 1, 0)
                        : grid(extents, tiles ? CORES_TILE : TILE));
    }

    private static Grid grid(Extents extents, int tile) {
        return new Grid(Grid.blocks(extents.n(), tile), Grid.blocks(extents.m(), tile), 1, Grid.THREADS, 1, 0);
    }

    /// Whether tensor cores multiply such factors.
    private boolean takesTiles(Matrix a, Matrix b) {
        return a.dtype() == b.dtype()
                && launcher.stream().context().capability().multipliesInTiles(a.dtype());
    }

    /// Kernels for few rows do the same; the one for a single row needs fewer registers.
    static String fewRows(int rows) {
        return rows == 1 ? "OneRow" : "FewRows";
    }

    /// Whether a product is a warp a row of weights, so that its sums do not depend on which rows are asked for
    /// together.
    boolean takesFewRows(Layout layout, Extents extents) {
        return layout == Layout.NT && extents.m() <= FEW_ROWS;
    }

    @Override
    public PackedWeights pack(Layout layout, Matrix weights, TensorArena arena) {
        PlainWeights.requireRightOperand(layout);
        Extents.requireFloating(weights);
        Matrix copy = arena.matrix(weights.dtype(), weights.rows(), weights.columns());
        elements.copy(weights, copy);
        return new PlainWeights(layout, copy);
    }
}
